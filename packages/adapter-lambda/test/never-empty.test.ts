import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { neverEmpty } from "../src/answer/never-empty.ts";
import { describeWithRuntime, startFunction } from "./support/runtime.ts";

const EMPTY = new Uint8Array(0);
const PROTO = ["content-type", "application/proto"];

test("an empty message of Connect is twenty bytes by gzip, for who takes them", () => {
  const answer = neverEmpty({ status: 200, headers: PROTO, body: EMPTY }, true);
  expect(answer.headers).toEqual([...PROTO, "content-encoding", "gzip"]);
  expect(gunzipSync(answer.body).length).toBe(0);
  expect(neverEmpty({ status: 200, headers: PROTO, body: EMPTY }, false).body.length).toBe(0);
});

test("a body without a type becomes a line break, and its status one that may have it", () => {
  const answer = neverEmpty({ status: 204, headers: ["vary", "origin"], body: EMPTY }, true);
  expect(answer).toEqual({ status: 200, headers: ["vary", "origin"], body: Uint8Array.of(10) });
});

test("a type that is the value of another header is none: the answer to a browser's preflight", () => {
  const headers = ["access-control-allow-headers", "content-type"];
  const answer = neverEmpty({ status: 204, headers, body: EMPTY }, true);
  expect(answer).toEqual({ status: 200, headers, body: Uint8Array.of(10) });
});

test("what has a body stays as it is", () => {
  const answer = { status: 200, headers: PROTO, body: Uint8Array.of(1) };
  expect(neverEmpty(answer, true)).toBe(answer);
});

describeWithRuntime("an empty message of Connect, streamed", () => {
  test.each([
    ["gzip", "gzip"],
    ["br, GZIP;q=0.5", "gzip"],
    ["gzip;q=0", null],
    ["identity, x-gzip", null],
    ["br", null],
  ])("to a client that takes %s", async (accepted, encoding) => {
    await using lambda = await startFunction("contract.ts");
    const response = await fetch(`${lambda.url}/contract.Raw/Echo`, {
      method: "POST",
      headers: { "content-type": "application/proto", "accept-encoding": accepted },
      body: "",
    });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-encoding")).toBe(encoding);
    expect((await response.arrayBuffer()).byteLength).toBe(0);
  });
});
