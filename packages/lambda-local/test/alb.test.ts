import { expect, test } from "vitest";
import { send } from "./support/http.ts";
import { describeWithRuntime, start } from "./support/runtime.ts";

const MB = 1024 * 1024;
const MAPS = ["headers", "multiValueHeaders", "queryStringParameters", "multiValueQueryStringParameters"];

describeWithRuntime("a load balancer", () => {
  const request = { headers: ["X-Two", "a", "x-two", "b", "Cookie", "k=v"] };

  test("sends one value a header", async () => {
    await using lambda = await start("event.mjs");
    const { body } = await send(`${lambda.urls.alb}/a%20b?x=1&x=%26&y`, request);
    const event = JSON.parse(body.toString());
    expect(event).toMatchObject({
      requestContext: { elb: { targetGroupArn: expect.stringContaining(":targetgroup/") } },
      httpMethod: "GET",
      path: "/a%20b",
      queryStringParameters: { x: "%26", y: "" },
      headers: { "x-two": "b", cookie: "k=v", "x-forwarded-proto": "https" },
      body: "",
      isBase64Encoded: false,
    });
    expect(Object.keys(event).filter((key) => MAPS.includes(key))).toEqual([
      "queryStringParameters",
      "headers",
    ]);
  });

  test("or all of them", async () => {
    await using lambda = await start("event.mjs");
    const { body } = await send(`${lambda.urls.albMultiValue}/?x=1&x=%26`, request);
    const event = JSON.parse(body.toString());
    expect(event).toMatchObject({
      multiValueQueryStringParameters: { x: ["1", "%26"] },
      multiValueHeaders: { "x-two": ["a", "b"], cookie: ["k=v"] },
    });
    expect(event).not.toHaveProperty("headers");
    expect(event).not.toHaveProperty("queryStringParameters");
  });

  test("sends text, JSON, JavaScript and XML as they are, unless they are encoded", async () => {
    await using lambda = await start("event.mjs");
    const isBase64 = async (...headers: string[]): Promise<unknown> => {
      const { body } = await send(lambda.urls.alb, { headers, body: "x" });
      return JSON.parse(body.toString()).isBase64Encoded;
    };
    for (const type of ["text/x", "application/json;a=b", "application/javascript", "Application/XML"]) {
      expect(await isBase64("content-type", type), type).toBe(false);
    }
    for (const type of ["application/proto", "application/connect+json", "text"]) {
      expect(await isBase64("content-type", type), type).toBe(true);
    }
    expect(await isBase64()).toBe(true);
    expect(await isBase64("content-type", "text/plain", "content-encoding", "gzip")).toBe(true);
  });

  test("reads the kind of headers that it sends, and drops those that it owns", async () => {
    await using lambda = await start("reply.mjs");
    const body = JSON.stringify({
      statusCode: 201,
      statusDescription: "201 Created",
      headers: { one: "1", Server: "x" },
      multiValueHeaders: { many: ["1", "2"], "content-type": ["a/b"] },
      body: "AP8=",
      isBase64Encoded: true,
    });
    const single = await send(lambda.urls.alb, { body });
    expect(single.headers).toEqual(["one", "1", "content-type", "application/octet-stream"]);
    expect([single.status, single.body]).toEqual([201, Buffer.of(0, 255)]);
    const multi = await send(lambda.urls.albMultiValue, { body });
    expect(multi.headers).toEqual(["many", "1", "many", "2", "content-type", "a/b"]);
  });

  test("takes 1 MB and no more, each way", async () => {
    await using echo = await start("length.mjs");
    const length = async (bytes: number): Promise<unknown> => {
      const { status, body } = await send(echo.urls.alb, {
        headers: ["content-type", "text/plain"],
        body: Buffer.alloc(bytes, "x"),
      });
      return [status, body.toString().slice(0, 30)];
    };
    expect(await length(MB)).toEqual([200, String(MB)]);
    expect(await length(MB + 1)).toEqual([413, "<html>\r\n<head><title>413 Reque"]);

    await using reply = await start("reply-size.mjs");
    const size = async (bytes: number): Promise<unknown> =>
      (await send(`${reply.urls.alb}/?bytes=${bytes}`)).status;
    expect(await size(MB)).toBe(200);
    expect(await size(MB + 1)).toBe(502);
    await reply.logged(/it has more than 1048576 bytes/);
  });
});
