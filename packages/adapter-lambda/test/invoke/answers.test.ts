import { createLambdaFetch } from "@railhead/adapter-lambda";
import { expect, test } from "vitest";
import { invokerOf } from "../support/invoke.ts";

function answer(head: object, ...pieces: string[]): Promise<Response> {
  const bytes = Buffer.from([JSON.stringify(head), ...pieces].join(""));
  // Byte by byte: pieces are cut anywhere.
  const chunks = [...bytes].map((byte) => ({ PayloadChunk: { Payload: Buffer.of(byte) } }));
  const client = invokerOf(...chunks, { PayloadChunk: {} }, { InvokeComplete: {} });
  return createLambdaFetch(client, { functionName: "users" })("https://lambda/a/b");
}

const DELIMITER = "\0".repeat(8);

test("a stream, cut anywhere", async () => {
  const head = { statusCode: 201, headers: { "content-type": "text/plain" }, cookies: ["a=1", "b=2"] };
  const response = await answer(head, DELIMITER, "\0hello\0");
  expect(response.status).toBe(201);
  expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  expect(await response.text()).toBe("\0hello\0");
});

test("a stream without a body", async () => {
  const response = await answer({ statusCode: 204 }, DELIMITER);
  expect([response.status, response.body]).toEqual([204, null]);
});

test("a whole answer, in base64", async () => {
  const response = await answer({ statusCode: 200, body: "aGk=", isBase64Encoded: true });
  expect(await response.text()).toBe("hi");
});

test("headers that are numbers and booleans, as front ends take them", async () => {
  const headers = { "content-length": 5, "x-flag": true };
  const response = await answer({ statusCode: 200, headers, multiValueHeaders: { "x-many": [1, "2"] } });
  expect(Object.fromEntries(response.headers)).toEqual({
    "content-length": "5",
    "x-flag": "true",
    "x-many": "1, 2",
  });
});

test("a header in both maps counts as the one of several values says", async () => {
  const response = await answer({
    statusCode: 200,
    headers: { "x-a": "1", "x-b": "2" },
    multiValueHeaders: { "X-A": ["1", "3"] },
  });
  expect(Object.fromEntries(response.headers)).toEqual({ "x-a": "1, 3", "x-b": "2" });
});

test.each([
  ["no status", {}, "its statusCode is undefined"],
  ["a status of none", { statusCode: 1000 }, "its statusCode is 1000"],
  ["a header that is an object", { statusCode: 200, headers: { a: {} } }, "a holds an object"],
  ["a body that is no text", { statusCode: 200, body: 5 }, "body is a number"],
])("no response of HTTP: %s", async (_, head, says) => {
  const response = await answer(head);
  expect(response.status).toBe(500);
  expect((await response.json()).message).toContain(`no response of HTTP: ${says}`);
});
