import { describe, expect, test } from "vitest";
import { createServer } from "../../src/call/server.ts";
import type { AdapterOptions } from "../../src/options.ts";
import { GrpcResponse } from "../../src/response.ts";
import { GrpcStatusCode } from "../../src/status.ts";
import { createFetchHandler } from "../../src/web/fetch-handler.ts";
import { bytes, frame, frameHeader } from "../support/bytes.ts";
import { TestCall } from "../support/call.ts";
import { forbidUnhandledRejections } from "../support/hygiene.ts";
import { echoService, rawService } from "../support/services.ts";
import { callWeb } from "../support/web.ts";

forbidUnhandledRejections();

const METHODS = ["Unary", "ServerStream", "ClientStream", "Bidi"];

describe.each(METHODS)("%s: maxReceiveMessageBytes", (method) => {
  const path = `/test.Service/${method}`;

  test.each([0, 1, 100])("lets %i bytes through where that is the limit", async (limit) => {
    const options = { maxReceiveMessageBytes: limit };
    const message = new Uint8Array(limit).fill(1);
    const call = await new TestCall(echoService(), { path, options }).finish(message);
    expect(call.messages).toEqual([message]);
    expect(call.status.code).toBe(GrpcStatusCode.OK);
    await call.check();
  });

  test.each([0, 1, 100])("refuses one byte more than %i as soon as it is announced", async (limit) => {
    const call = new TestCall(echoService(), { path, options: { maxReceiveMessageBytes: limit } });
    call.inbound.receive(frameHeader(limit + 1));
    await call.out.ended;
    expect(call.status).toEqual({
      code: GrpcStatusCode.RESOURCE_EXHAUSTED,
      message: `a message of ${limit + 1} bytes is larger than the limit of ${limit} bytes`,
    });
    await call.check();
  });

  test("is 4 MiB by default", async () => {
    const fits = await new TestCall(echoService(), { path }).finish(new Uint8Array(4 * 1024 * 1024));
    expect(fits.status.code).toBe(GrpcStatusCode.OK);
    const call = new TestCall(echoService(), { path });
    call.inbound.receive(frameHeader(4 * 1024 * 1024 + 1));
    await call.out.ended;
    expect(call.status.code).toBe(GrpcStatusCode.RESOURCE_EXHAUSTED);
  });

  test("counts each message for itself", async () => {
    const options = { maxReceiveMessageBytes: 10 };
    const messages = Array.from({ length: 20 }, () => new Uint8Array(10));
    const call = await new TestCall(echoService(), { path, options }).finish(...messages);
    const single = method === "Unary" || method === "ServerStream";
    expect(call.status.code).toBe(single ? GrpcStatusCode.UNIMPLEMENTED : GrpcStatusCode.OK);
  });
});

describe("appetite", () => {
  const max = 1000;
  const appetite = (length: string | undefined, method = "Unary", type = "application/grpc"): string => {
    const headers: Record<string, string> = { "content-type": type };
    if (length !== undefined) headers["content-length"] = length;
    const options = { maxReceiveMessageBytes: max };
    return new TestCall(echoService(), { path: `/test.Service/${method}`, headers, options }).inbound
      .appetite;
  };

  test.each([
    ["0", "whole"],
    ["5", "whole"],
    [String(max), "whole"],
    [String(max + 1), "chunks"],
    ["9".repeat(400), "chunks"],
    ["-1", "chunks"],
    ["1e1", "chunks"],
    ["", "chunks"],
    ["5, 5", "chunks"],
    [undefined, "chunks"],
  ])("for a content-length of %j is %s", (length, expected) => {
    expect(appetite(length)).toBe(expected);
    expect(appetite(length, "ServerStream")).toBe(expected);
  });

  test("for text counts the bytes of the text", () => {
    const text = "application/grpc-web-text";
    expect(appetite(String(max), "Unary", text)).toBe("whole");
    expect(appetite(String(max + 1), "Unary", text)).toBe("chunks");
  });

  test("for streams of requests is messages, whatever they announce", () => {
    expect(appetite("5", "ClientStream")).toBe("messages");
    expect(appetite("5", "Bidi")).toBe("messages");
  });
});

test("a fetch body that announces little is read whole, one that announces too much is stopped early", async () => {
  const handler = createFetchHandler(echoService(), { maxReceiveMessageBytes: 10 });
  const whole = frame(new Uint8Array(10));
  const headers = { "content-length": String(whole.length) };
  expect((await callWeb(handler, { body: Uint8Array.from(whole), headers })).code).toBe(GrpcStatusCode.OK);

  let pulled = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled++;
      controller.enqueue(pulled === 1 ? frameHeader(1_000_000) : new Uint8Array(1000));
    },
  });
  const answer = await callWeb(handler, { body: endless, headers: { "content-length": "1000005" } });
  expect(answer.code).toBe(GrpcStatusCode.RESOURCE_EXHAUSTED);
  expect(pulled).toBeLessThan(5);
});

describe("maxSendMessageBytes", () => {
  const service = rawService({
    unary: ({ payload }) => new GrpcResponse({ payload: new Uint8Array(payload[0] ?? 0) }),
    async *stream({ messages }, { kind }) {
      for await (const [size] of messages) yield new Uint8Array(size ?? 0);
      if (kind === "bidi_streaming") yield bytes();
    },
  });

  test.each(METHODS)("lets the limit through: %s", async (method) => {
    const init = { path: `/test.Service/${method}`, options: { maxSendMessageBytes: 20 } };
    const call = await new TestCall(service, init).finish(bytes(20));
    expect(call.status.code).toBe(GrpcStatusCode.OK);
    expect(call.messages[0]).toHaveLength(20);
    await call.check();
  });

  test.each(METHODS)("refuses one byte more: %s", async (method) => {
    const init = { path: `/test.Service/${method}`, options: { maxSendMessageBytes: 20 } };
    const call = await new TestCall(service, init).finish(bytes(21));
    expect(call.status).toEqual({
      code: GrpcStatusCode.RESOURCE_EXHAUSTED,
      message: "a response message of 21 bytes is larger than the limit of 20 bytes",
    });
    expect(call.messages).toEqual([]);
    await call.check();
  });

  test("ends a stream behind its good messages", async () => {
    const init = { path: "/test.Service/Bidi", options: { maxSendMessageBytes: 20 } };
    const call = await new TestCall(service, init).finish(bytes(3), bytes(20), bytes(21), bytes(1));
    expect(call.messages.map(({ length }) => length)).toEqual([3, 20]);
    expect(call.status.code).toBe(GrpcStatusCode.RESOURCE_EXHAUSTED);
    await call.check();
  });
});

describe("maxMetadataBytes", () => {
  // RFC 9113, section 6.5.2: a field counts its name, its value and 32.
  const own = ["content-type", "application/grpc", "te", "trailers"].join("").length + 2 * 32;
  const status = async (valueBytes: number, options: AdapterOptions) => {
    const headers = { "x-filler": "v".repeat(valueBytes) };
    return (await new TestCall(echoService(), { headers, options }).finish(bytes(1))).status;
  };

  test.each([200, 1000])("lets exactly %i through, and not one more", async (limit) => {
    const room = limit - own - "x-filler".length - 32;
    expect((await status(room, { maxMetadataBytes: limit })).code).toBe(GrpcStatusCode.OK);
    expect(await status(room + 1, { maxMetadataBytes: limit })).toEqual({
      code: GrpcStatusCode.RESOURCE_EXHAUSTED,
      message: `the request headers are larger than the limit of ${limit} bytes`,
    });
  });

  test("is 16 KiB by default", async () => {
    const room = 16 * 1024 - own - "x-filler".length - 32;
    expect((await status(room, {})).code).toBe(GrpcStatusCode.OK);
    expect((await status(room + 1, {})).code).toBe(GrpcStatusCode.RESOURCE_EXHAUSTED);
  });

  test("counts binary values that share a field as fields of their own", async () => {
    const outcome = async (values: number) => {
      const headers = { "x-bin": ",".repeat(values - 1) };
      const options = { maxMetadataBytes: own + 10 * ("x-bin".length + 32) + 9 };
      return (await new TestCall(echoService(), { headers, options }).finish(bytes(1))).status.code;
    };
    expect(await outcome(10)).toBe(GrpcStatusCode.OK);
    expect(await outcome(11)).toBe(GrpcStatusCode.RESOURCE_EXHAUSTED);
  });

  test("holds for gRPC-Web and is told before the body is read", async () => {
    const handler = createFetchHandler(echoService(), { maxMetadataBytes: 100 });
    const { code, message } = await callWeb(handler, { headers: { "x-filler": "v".repeat(1000) } });
    expect(code).toBe(GrpcStatusCode.RESOURCE_EXHAUSTED);
    expect(message).toMatch(/^the request headers are larger than the limit of 100 bytes$/);
  });
});

describe("an option that makes no sense is refused, by name", () => {
  test.each([
    "maxReceiveMessageBytes",
    "maxSendMessageBytes",
    "maxMetadataBytes",
    "maxTimeoutMs",
    "defaultTimeoutMs",
  ])("%s", (name) => {
    for (const value of [-1, Number.NaN, "5", {}]) {
      const options = { [name]: value } as AdapterOptions;
      expect(() => createServer(echoService(), options)).toThrow(
        new RangeError(`${name} must be a number that is not negative, not ${String(value)}`),
      );
      expect(() => createFetchHandler(echoService(), options)).toThrow(RangeError);
    }
    for (const value of [0, 1.5, Number.POSITIVE_INFINITY]) {
      expect(() => createServer(echoService(), { [name]: value })).not.toThrow();
    }
  });

  test("protocols", () => {
    const options = { protocols: ["grpc", "soap"] } as unknown as AdapterOptions;
    expect(() => createServer(echoService(), options)).toThrow(
      /^unknown protocol "soap": use grpc, grpc-web/,
    );
  });

  test("an interceptor in place of a list of them, which must not be passed over", () => {
    const options = { interceptors: async () => {} } as unknown as AdapterOptions;
    expect(() => createServer(echoService(), options)).toThrow(new TypeError("interceptors is not iterable"));
  });
});
