import { deflateRawSync, deflateSync, gunzipSync, gzipSync, inflateSync } from "node:zlib";
import { describe, expect, test, vi } from "vitest";
import type { CompressionCodec } from "../../src/compression.ts";
import type { AdapterOptions } from "../../src/options.ts";
import { GrpcResponse } from "../../src/response.ts";
import { GrpcStatusCode } from "../../src/status.ts";
import { webCompression } from "../../src/web/compression.ts";
import { createFetchHandler } from "../../src/web/fetch-handler.ts";
import { bytes, concat, frame, splitFrames, utf8 } from "../support/bytes.ts";
import { TestCall } from "../support/call.ts";
import { forbidUnhandledRejections } from "../support/hygiene.ts";
import { echoService, rawService } from "../support/services.ts";
import { callWeb } from "../support/web.ts";

forbidUnhandledRejections();

const METHODS = ["Unary", "ServerStream", "ClientStream", "Bidi"];
/** Node's own zlib is the other side. */
const PEERS = [
  { name: "gzip", compress: gzipSync, decompress: gunzipSync },
  { name: "deflate", compress: deflateSync, decompress: inflateSync },
];
const WEB: AdapterOptions = { compression: { codecs: webCompression() } };
const long = utf8("all work and no play ".repeat(200));

function start(method: string, headers: Record<string, string>, options: AdapterOptions = WEB): TestCall {
  return new TestCall(echoService(), { path: `/test.Service/${method}`, headers, options });
}

describe.each(PEERS)("$name", ({ name, compress, decompress }) => {
  test.each(METHODS)("is read: %s", async (method) => {
    const call = start(method, { "grpc-encoding": name });
    call.send(new Uint8Array(compress(long)), 1);
    call.inbound.end();
    await call.out.ended;
    expect(call.messages).toEqual([long]);
    expect(call.status.code).toBe(GrpcStatusCode.OK);
    await call.check();
  });

  test.each(METHODS)("is written where the client takes it: %s", async (method) => {
    const call = await start(method, { "grpc-accept-encoding": `identity,br,${name}` }).finish(long);
    expect(call.out.headers.get("grpc-encoding")).toBe(name);
    const [message, ...more] = splitFrames(call.out.body);
    expect(more).toEqual([]);
    expect(message?.flags).toBe(1);
    expect(new Uint8Array(decompress(message?.payload ?? bytes()))).toEqual(long);
    await call.check();
  });

  test.each(METHODS)("that is corrupt is INTERNAL: %s", async (method) => {
    const whole = new Uint8Array(compress(long));
    const broken = Uint8Array.from(whole, (byte, at) => (at === 20 ? byte ^ 0xff : byte));
    for (const payload of [bytes(1, 2, 3), whole.slice(0, -3), concat(whole, bytes(1)), broken]) {
      const call = start(method, { "grpc-encoding": name });
      call.send(payload, 1);
      call.inbound.end();
      await call.out.ended;
      expect(call.status).toEqual({
        code: GrpcStatusCode.INTERNAL,
        message: `the request message is not valid ${name}`,
      });
      expect(call.messages).toEqual([]);
      await call.check();
    }
  });

  test.each(METHODS)("that is a bomb stops at the limit: %s", async (method) => {
    const bomb = new Uint8Array(compress(new Uint8Array(50_000_000)));
    expect(bomb.length).toBeLessThan(100_000);
    const call = start(method, { "grpc-encoding": name }, { ...WEB, maxReceiveMessageBytes: 100_000 });
    call.send(bomb, 1);
    call.inbound.end();
    await call.out.ended;
    expect(call.status).toEqual({
      code: GrpcStatusCode.RESOURCE_EXHAUSTED,
      message: "a decompressed message is larger than the limit of 100000 bytes",
    });
    await call.check();
  });

  test("is measured after decompression: the limit passes, one byte more does not", async () => {
    for (const [size, code] of [
      [1000, GrpcStatusCode.OK],
      [1001, GrpcStatusCode.RESOURCE_EXHAUSTED],
    ] as const) {
      const call = start("Unary", { "grpc-encoding": name }, { ...WEB, maxReceiveMessageBytes: 1000 });
      call.send(new Uint8Array(compress(new Uint8Array(size))), 1);
      call.inbound.end();
      await call.out.ended;
      expect(call.status.code).toBe(code);
    }
  });

  test("goes message by message: plain and compressed ones mix", async () => {
    const call = start("Bidi", { "grpc-encoding": name, "grpc-accept-encoding": name });
    const packed = new Uint8Array(compress(long));
    call.inbound.receive(
      concat(frame(bytes(1)), frame(packed, 1), frame(bytes(), 1), frame(bytes(2)), frame(packed, 1)),
    );
    call.inbound.end();
    await call.out.ended;
    const frames = splitFrames(call.out.body);
    expect(frames.map(({ flags }) => flags)).toEqual([0, 1, 0, 0, 1]);
    const plain = frames.map(({ flags, payload }) =>
      flags === 1 ? new Uint8Array(decompress(payload)) : payload,
    );
    expect(plain).toEqual([bytes(1), long, bytes(), bytes(2), long]);
    expect(call.out.headers.get("grpc-encoding")).toBe(name);
    await call.check();
  });

  test("crosses fetch", async () => {
    const body = frame(new Uint8Array(compress(long)), 1);
    const headers = { "grpc-encoding": name, "grpc-accept-encoding": name };
    const answer = await callWeb(createFetchHandler(echoService()), { headers, body: Uint8Array.from(body) });
    expect(answer.headers.get("grpc-encoding")).toBe(name);
    expect(answer.frames.map(({ flags }) => flags)).toEqual([1, 0x80]);
    expect(new Uint8Array(decompress(answer.messages[0] ?? bytes()))).toEqual(long);
  });
});

test("deflate is the zlib format, not the raw one", async () => {
  const call = start("Unary", { "grpc-encoding": "deflate" });
  call.send(new Uint8Array(deflateRawSync(long)), 1);
  call.inbound.end();
  await call.out.ended;
  expect(call.status.code).toBe(GrpcStatusCode.INTERNAL);
});

describe("a response stays plain", () => {
  test.each([undefined, "", "identity", "br", "x-gzip", "identity,snappy"])(
    "for a client that takes %j",
    async (accepted) => {
      const headers: Record<string, string> =
        accepted === undefined ? {} : { "grpc-accept-encoding": accepted };
      const call = await start("Unary", headers).finish(long);
      expect(call.out.headers.has("grpc-encoding")).toBe(false);
      expect(splitFrames(call.out.body)).toEqual([{ flags: 0, payload: long }]);
    },
  );

  test("where compression is off", async () => {
    const call = await start("Unary", { "grpc-accept-encoding": "gzip" }, { compression: false }).finish(
      long,
    );
    expect(call.messages).toEqual([long]);
    const handler = createFetchHandler(echoService(), { compression: false });
    const answer = await callWeb(handler, { headers: { "grpc-accept-encoding": "gzip" }, messages: [long] });
    expect(answer.messages).toEqual([long]);
  });

  test.each([
    [1023, undefined, 0],
    [1024, undefined, 1],
    [99, 100, 0],
    [100, 100, 1],
    [0, 0, 1],
  ])("under minBytes: %i bytes with a minimum of %s", async (size, minBytes, flags) => {
    const compression = { codecs: webCompression(), ...(minBytes !== undefined && { minBytes }) };
    const call = await start("Unary", { "grpc-accept-encoding": "gzip" }, { compression }).finish(
      new Uint8Array(size),
    );
    expect(splitFrames(call.out.body)[0]?.flags).toBe(flags);
    expect(call.out.headers.get("grpc-encoding")).toBe(flags === 1 ? "gzip" : null);
  });
});

test("the server's order decides which encoding is used", async () => {
  const headers = { "grpc-accept-encoding": "deflate, gzip" };
  expect((await start("Unary", headers).finish(long)).out.headers.get("grpc-encoding")).toBe("gzip");
  const compression = { codecs: [...webCompression()].reverse() };
  const call = await start("Unary", headers, { compression }).finish(long);
  expect(call.out.headers.get("grpc-encoding")).toBe("deflate");
});

test.each(METHODS)(
  "an encoding that is off or unknown is UNIMPLEMENTED, and the known ones are named: %s",
  async (method) => {
    const off = start(method, { "grpc-encoding": "gzip" }, { compression: false });
    expect(off.status).toEqual({
      code: GrpcStatusCode.UNIMPLEMENTED,
      message: 'grpc-encoding "gzip" is not supported; use one of: identity',
    });
    const unknown = start(method, { "grpc-encoding": "br" });
    expect(unknown.status.message).toBe(
      'grpc-encoding "br" is not supported; use one of: identity, gzip, deflate',
    );
    // gRPC Compression, "Compression Method Asymmetry": the header lets clients find out.
    expect(unknown.out.headers.get("grpc-accept-encoding")?.replaceAll(" ", "")).toMatch(
      /^(identity,)?gzip,deflate$/,
    );
  },
);

test("identity is not compressed, whatever the flag's absence or presence says", async () => {
  const plain = await start("Unary", { "grpc-encoding": "identity" }).finish(bytes(1));
  expect(plain.messages).toEqual([bytes(1)]);
  const marked = start("Unary", { "grpc-encoding": "identity" });
  marked.send(bytes(1), 1);
  marked.inbound.end();
  expect(marked.status.code).toBe(GrpcStatusCode.INTERNAL);
});

test("maxSendMessageBytes counts before compression", async () => {
  const options = { ...WEB, maxSendMessageBytes: long.length - 1 };
  const call = await start("Unary", { "grpc-accept-encoding": "gzip" }, options).finish(long);
  expect(call.status.code).toBe(GrpcStatusCode.RESOURCE_EXHAUSTED);
});

describe("a codec of the user's own", () => {
  const xor = (message: Uint8Array): Uint8Array => message.map((byte) => byte ^ 0xff);
  const own: CompressionCodec = { name: "x-xor", compress: xor, decompress: (message) => xor(message) };
  const headers = { "grpc-encoding": "x-xor", "grpc-accept-encoding": "x-xor" };

  test("may work at once, without a promise", async () => {
    const options = { compression: { codecs: [own], minBytes: 0 } };
    const call = start("Bidi", headers, options);
    call.send(xor(bytes(1, 2)), 1);
    call.inbound.end();
    await call.out.ended;
    expect(splitFrames(call.out.body)).toEqual([{ flags: 1, payload: xor(bytes(1, 2)) }]);
  });

  test.each(METHODS)("may fail to compress, which is INTERNAL: %s", async (method) => {
    const onError = vi.fn();
    const compress = (): never => {
      throw new Error("no memory");
    };
    for (const failing of [compress, async () => compress()]) {
      const compression = { codecs: [{ ...own, compress: failing }], minBytes: 0 };
      const service = rawService({
        unary: () => new GrpcResponse({ payload: bytes(1) }),
        async *stream() {
          yield bytes(1);
        },
      });
      const path = `/test.Service/${method}`;
      const options = { compression, onError };
      const init = { path, headers: { "grpc-accept-encoding": "x-xor" }, options };
      const call = await new TestCall(service, init).finish(bytes());
      expect(call.status).toEqual({ code: GrpcStatusCode.INTERNAL, message: "internal error" });
      await call.check();
    }
    expect(onError).toHaveBeenCalledTimes(2);
  });
});
