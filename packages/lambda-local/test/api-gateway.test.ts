import { expect, test } from "vitest";
import { send } from "./support/http.ts";
import { describeWithRuntime, start } from "./support/runtime.ts";
import { INTEGRATION, NUL, script } from "./support/script.ts";

const BYTES = Buffer.of(0xff, 0x00, 0x41);

describeWithRuntime("an HTTP API", () => {
  test("sends payload format 2.0 with a decoded path", async () => {
    await using lambda = await start("event.mjs");
    const { body } = await send(`${lambda.urls.httpApi}/a%20b%3Fc?x=%26`, { headers: ["X-A", "1"] });
    const event = JSON.parse(body.toString());
    expect(event).toMatchObject({
      version: "2.0",
      rawPath: "/a b",
      rawQueryString: "x=%26",
      headers: { "x-a": "1" },
      requestContext: {
        accountId: "123456789012",
        domainName: expect.stringMatching(/\.execute-api\.us-east-1\.amazonaws\.com$/),
        http: { path: "/a b" },
        stage: "$default",
      },
    });
  });

  test("answers as a Function URL does, but takes no streams", async () => {
    await using buffered = await start("reply.mjs");
    const reply = {
      statusCode: 201,
      cookies: ["a=b"],
      headers: { "content-type": "a/b" },
      body: "AP8=",
      isBase64Encoded: true,
    };
    expect(await send(buffered.urls.httpApi, { body: JSON.stringify(reply) })).toEqual({
      status: 201,
      headers: ["content-type", "a/b", "set-cookie", "a=b"],
      body: Buffer.of(0, 255),
    });
    await using streaming = await start("stream.mjs");
    const body = script({ contentType: INTEGRATION, writes: [`{"statusCode":200}${NUL}x`] });
    const answer = await send(streaming.urls.httpApi, { body });
    expect([answer.status, answer.body.toString()]).toEqual([500, '{"message":"Internal Server Error"}']);
    await streaming.logged(/it is no JSON; this front end takes no streamed responses/);
  });
});

describeWithRuntime("a REST API", () => {
  test("sends payload format 1.0", async () => {
    await using lambda = await start("event.mjs");
    const headers = ["X-Two", "a", "X-Two", "b", "Cookie", "k=v", "User-Agent", "me"];
    const { body } = await send(`${lambda.urls.restApi}/a%20b/c?x=1&x=2&y=%26`, { headers });
    const domainName = expect.stringMatching(/^railhead02\.execute-api\.us-east-1\.amazonaws\.com$/);
    expect(JSON.parse(body.toString())).toEqual({
      resource: "/{proxy+}",
      path: "/a%20b/c",
      httpMethod: "GET",
      headers: expect.objectContaining({ "X-Two": "b", Cookie: "k=v", "User-Agent": "me", Host: domainName }),
      multiValueHeaders: expect.objectContaining({
        "X-Two": ["a", "b"],
        Cookie: ["k=v"],
        Host: [domainName],
      }),
      queryStringParameters: { x: "2", y: "&" },
      multiValueQueryStringParameters: { x: ["1", "2"], y: ["&"] },
      pathParameters: { proxy: "a%20b/c" },
      stageVariables: null,
      requestContext: expect.objectContaining({ path: "/prod/a%20b/c", stage: "prod", httpMethod: "GET" }),
      body: null,
      isBase64Encoded: false,
    });
  });

  test("damages bytes that are no binary media type", async () => {
    await using lambda = await start("event.mjs", { binaryMediaTypes: ["application/proto"] });
    const event = async (contentType: string): Promise<unknown> => {
      const { body } = await send(lambda.urls.restApi, {
        headers: ["content-type", contentType],
        body: BYTES,
      });
      const { body: text, isBase64Encoded } = JSON.parse(body.toString());
      return [text, isBase64Encoded];
    };
    expect(await event("Application/Proto; v=1")).toEqual([BYTES.toString("base64"), true]);
    expect(await event("application/octet-stream")).toEqual(["\ufffd\0A", false]);
  });

  test("sends every body in base64 for */*", async () => {
    await using lambda = await start("event.mjs", { binaryMediaTypes: ["*/*"] });
    const { body } = await send(lambda.urls.restApi, {
      headers: ["content-type", "application/json"],
      body: "{}",
    });
    expect(JSON.parse(body.toString())).toMatchObject({ body: "e30=", isBase64Encoded: true });
  });

  test("decodes an answer when the first accepted type is binary", async () => {
    await using lambda = await start("reply.mjs", { binaryMediaTypes: ["application/proto"] });
    const body = JSON.stringify({ statusCode: 200, body: "AP8=", isBase64Encoded: true });
    const answer = async (accept: string): Promise<Buffer> =>
      (await send(lambda.urls.restApi, { headers: ["accept", accept], body })).body;
    expect(await answer("application/proto, */*")).toEqual(Buffer.of(0, 255));
    expect((await answer("*/*, application/proto")).toString()).toBe("AP8=");
  });

  test("merges headers, and refuses what is no response", async () => {
    await using lambda = await start("reply.mjs");
    const answer = async (reply: unknown): Promise<unknown> => {
      const { status, headers, body } = await send(lambda.urls.restApi, { body: JSON.stringify(reply) });
      return [status, headers, body.toString()];
    };
    const reply = {
      statusCode: 200,
      headers: { A: "1", b: "2" },
      multiValueHeaders: { a: ["3", "4"] },
      body: "x",
    };
    expect(await answer(reply)).toEqual([
      200,
      ["b", "2", "a", "3", "a", "4", "content-type", "application/json"],
      "x",
    ]);
    const refusal = [502, ["content-type", "application/json"], '{"message":"Internal server error"}'];
    for (const bad of ["text", { body: "no status" }, { statusCode: 200, body: {} }]) {
      expect(await answer(bad)).toEqual(refusal);
    }
  });
});

describeWithRuntime("a REST API that streams", () => {
  const prelude = (padding: number): string =>
    `{"headers":{"content-type":"a/b"${" ".repeat(padding)}}}${NUL}`;

  test("streams behind a prelude of at most 16 KB", async () => {
    await using lambda = await start("stream.mjs");
    const answer = async (padding: number): Promise<unknown> => {
      const writes = [prelude(padding), { base64: BYTES.toString("base64") }];
      const { status, headers, body } = await send(lambda.urls.restApiStream, {
        body: script({ contentType: INTEGRATION, writes }),
      });
      return [status, headers, body];
    };
    const room = 16 * 1024 - prelude(0).length;
    expect(await answer(room)).toEqual([200, ["content-type", "a/b"], BYTES]);
    expect(await answer(room + 1)).toEqual([502, ["content-type", "application/json"], expect.any(Buffer)]);
    await lambda.logged(/no delimiter of 8 NUL bytes in the first 16384 bytes/);
  });

  test("takes nothing that is not streamed", async () => {
    await using lambda = await start("reply.mjs");
    const answer = await send(lambda.urls.restApiStream, { body: '{"statusCode":200}' });
    expect(answer.status).toBe(502);
    await lambda.logged(/this front end takes streamed responses only/);
  });
});
