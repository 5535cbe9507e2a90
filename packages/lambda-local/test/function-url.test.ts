import { expect, test } from "vitest";
import { send } from "./support/http.ts";
import { describeWithRuntime, start } from "./support/runtime.ts";
import { INTEGRATION, NUL, script } from "./support/script.ts";

describeWithRuntime("the events of a Function URL", async () => {
  test("payload format 2.0", async () => {
    await using lambda = await start("event.mjs", { region: "eu-north-1" });
    const headers = [
      "X-Two",
      "a",
      "x-two",
      "b",
      "Cookie",
      "k=v; l=w",
      "User-Agent",
      "me",
      "Connection",
      "close",
    ];
    const { body } = await send(`${lambda.url}/a%20b/c?x=1&x=2&y=%26`, { headers });
    const event = JSON.parse(body.toString());
    const domainName = expect.stringMatching(/^\w{32}\.lambda-url\.eu-north-1\.on\.aws$/);
    expect(event).toEqual({
      version: "2.0",
      routeKey: "$default",
      rawPath: "/a%20b/c",
      rawQueryString: "x=1&x=2&y=%26",
      cookies: ["k=v", "l=w"],
      headers: {
        "x-two": "a,b",
        "user-agent": "me",
        host: domainName,
        "x-amzn-trace-id": expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-port": "443",
        "x-forwarded-proto": "https",
      },
      queryStringParameters: { x: "1,2", y: "&" },
      requestContext: {
        accountId: "anonymous",
        apiId: expect.any(String),
        domainName,
        domainPrefix: expect.any(String),
        http: {
          method: "GET",
          path: "/a%20b/c",
          protocol: "HTTP/1.1",
          sourceIp: "127.0.0.1",
          userAgent: "me",
        },
        requestId: expect.any(String),
        routeKey: "$default",
        stage: "$default",
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      isBase64Encoded: false,
    });
  });

  test("bodies: text as it is, everything else in base64", async () => {
    await using lambda = await start("event.mjs");
    const event = async (contentType: string | undefined, bytes: Uint8Array): Promise<unknown> => {
      const headers = contentType === undefined ? [] : ["content-type", contentType];
      const { body } = await send(lambda.url, { headers, body: bytes });
      const { body: text, isBase64Encoded } = JSON.parse(body.toString());
      return [text, isBase64Encoded];
    };
    const text = Buffer.from("é\0");
    const base64 = text.toString("base64");
    for (const type of [
      "text/plain",
      "application/json; charset=utf-8",
      "application/xml",
      "application/connect+json",
    ]) {
      expect(await event(type, text), type).toEqual(["é\0", false]);
    }
    for (const type of ["application/proto", "application/x-www-form-urlencoded", undefined]) {
      expect(await event(type, text), type).toEqual([base64, true]);
    }
    expect(await event("application/json", Buffer.of(0xff))).toEqual(["/w==", true]);
    expect(await event("application/proto", Buffer.alloc(0))).toEqual([undefined, false]);
  });
});

describeWithRuntime("the answers of a Function URL", async () => {
  test.for([
    [{ a: 1 }, 200, ["content-type", "application/json"], '{"a":1}'],
    ["text", 200, ["content-type", "application/json"], "text"],
    [null, 200, ["content-type", "application/json"], "null"],
    [{ statusCode: 204 }, 204, ["content-type", "application/json"], ""],
    [
      { statusCode: "404", headers: { "X-A": 1 }, body: "no" },
      404,
      ["X-A", "1", "content-type", "application/json"],
      "no",
    ],
    [
      { statusCode: 200, headers: { "Content-Type": "a/b" }, body: "AP8=", isBase64Encoded: true },
      200,
      ["Content-Type", "a/b"],
      Buffer.of(0, 255),
    ],
    [
      { statusCode: 200, cookies: ["a=1; Path=/", "b=2"], body: "" },
      200,
      ["set-cookie", "a=1; Path=/", "set-cookie", "b=2", "content-type", "application/json"],
      "",
    ],
    [
      { statusCode: 200, headers: { Date: "never", "content-length": "7", server: "me" } },
      200,
      [
        "x-amzn-remapped-Date",
        "never",
        "x-amzn-remapped-content-length",
        "7",
        "x-amzn-remapped-server",
        "me",
        "content-type",
        "application/json",
      ],
      "",
    ],
  ] as const)("%j", async ([reply, status, headers, body]) => {
    await using lambda = await start("reply.mjs");
    const answer = await send(lambda.url, { body: JSON.stringify(reply) });
    expect(answer).toEqual({ status, headers, body: Buffer.from(body) });
  });

  test.for([
    { statusCode: 99 },
    { statusCode: "two hundred" },
    { statusCode: 200, body: { a: 1 } },
    { statusCode: 200, headers: { good: "y", "bad name": "x" } },
    { statusCode: 200, headers: { a: "line\nfeed" } },
    { statusCode: 200, headers: ["a"] },
    { statusCode: 200, headers: { a: {} } },
  ])("%j is no response", async (reply) => {
    await using lambda = await start("reply.mjs");
    const answer = await send(lambda.url, { body: JSON.stringify(reply) });
    expect(answer.status).toBe(502);
    expect(answer.headers).toEqual(["content-type", "application/json"]);
    expect(answer.body.toString()).toBe("Internal Server Error");
    await lambda.logged(/bad response of the function: /);
  });
});

describeWithRuntime("streams through a Function URL", async () => {
  test("the prelude becomes the head, however the stream is cut", async () => {
    await using lambda = await start("stream.mjs");
    const prelude = {
      statusCode: 418,
      headers: { "x-a": "b" },
      multiValueHeaders: { m: ["1", "2"] },
      cookies: ["c=d"],
    };
    const bytes = `${JSON.stringify(prelude)}${NUL}body\0\0`;
    const wanted = {
      status: 418,
      headers: ["x-a", "b", "m", "1", "m", "2", "set-cookie", "c=d"],
      body: Buffer.from("body\0\0"),
    };
    const whole = script({ contentType: INTEGRATION, writes: [bytes] });
    expect(await send(lambda.url, { body: whole })).toEqual(wanted);
    const byteByByte = script({ contentType: INTEGRATION, writes: [...bytes].flatMap((byte) => [byte, 0]) });
    expect(await send(lambda.url, { body: byteByByte })).toEqual(wanted);
  });

  test("no prelude: status 200 and the stream's content type", async () => {
    await using lambda = await start("stream.mjs");
    const plain = await send(lambda.url, { body: script({ writes: ["a"] }) });
    expect(plain).toEqual({
      status: 200,
      headers: ["content-type", "application/octet-stream"],
      body: Buffer.from("a"),
    });
    const typed = await send(lambda.url, { body: script({ contentType: "a/b", writes: [] }) });
    expect(typed).toEqual({ status: 200, headers: ["content-type", "a/b"], body: Buffer.alloc(0) });
  });

  test("a body may be empty behind its prelude", async () => {
    await using lambda = await start("stream.mjs");
    const body = script({ contentType: INTEGRATION, writes: [`{"statusCode":204}${NUL}`] });
    expect(await send(lambda.url, { body })).toEqual({ status: 204, headers: [], body: Buffer.alloc(0) });
  });

  test.for([
    ["nothing", [], "the response ended after 0 bytes"],
    ["seven NULs", [`{}${NUL.slice(1)}`], "the response ended after 9 bytes"],
    ["no JSON", [`{${NUL}`], "no JSON object"],
    ["no object", [`[]${NUL}`], "no JSON object"],
    ["no status", [`{"statusCode":"x"}${NUL}`], 'statusCode of the response is "x"'],
    ["no cookies", [`{"cookies":"a=b"}${NUL}`], "cookies are no array"],
    ["no arrays", [`{"multiValueHeaders":{"a":"b"}}${NUL}`], "no array for a"],
  ] as const)("%s is no prelude", async ([, writes, reason]) => {
    await using lambda = await start("stream.mjs");
    const answer = await send(lambda.url, { body: script({ contentType: INTEGRATION, writes }) });
    expect(answer.status).toBe(502);
    expect(await lambda.logged(/bad response/)).toContain(reason);
  });
});
