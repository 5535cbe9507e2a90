import { describe, expect, test } from "vitest";
import { GrpcError } from "../../src/error.ts";
import { webCompression } from "../../src/web/compression.ts";
import { bytes, concat, everyCut, frame, text } from "../support/bytes.ts";
import { ConnectTestCall, setMetadata } from "../support/connect.ts";
import { forbidUnhandledRejections } from "../support/hygiene.ts";
import { echoService, rawService } from "../support/services.ts";

forbidUnhandledRejections();

const WEB = { compression: { codecs: webCompression() } };
const METHODS = ["ServerStream", "ClientStream", "Bidi"];

describe.each(METHODS)("%s", (method) => {
  const path = `/test.Service/${method}`;
  const isSingle = method === "ServerStream";
  const start = (headers: Record<string, string | undefined> = {}, registry = echoService()) =>
    new ConnectTestCall(registry, { path, headers, options: WEB });

  test("frames each way, and a frame that ends it", async () => {
    const body = isSingle ? frame(bytes(1, 2)) : concat(frame(bytes(1)), frame(bytes()), frame(bytes(2)));
    for (const chunks of everyCut(body)) {
      const call = await start().finish(...chunks);
      expect(call.out.status).toBe(200);
      expect(call.out.trailers).toEqual(new Headers());
      expect(Object.fromEntries(call.headers)).toEqual({ "content-type": "application/connect+proto" });
      const expected = method === "Bidi" ? [bytes(1), bytes(), bytes(2)] : [bytes(1, 2)];
      expect(call.stream.messages).toEqual(expected);
      expect(call.stream.end).toEqual({});
      expect(call.out.violations).toEqual([]);
    }
  });

  test("metadata before, trailers in the end", async () => {
    const registry = rawService({
      async *stream(_, context) {
        setMetadata(context);
        yield bytes(1);
      },
    });
    const call = await start({}, registry).finish(frame(bytes(1)));
    expect(call.headers.get("x-lead")).toBe("1, 2");
    expect(call.stream.end).toEqual({ metadata: { "x-end": ["3"], "x-end-bin": ["+/8"] } });
  });

  test("an error before any message is HTTP 200 all the same", async () => {
    const registry = rawService({
      // biome-ignore lint/correctness/useYield: it fails before
      async *stream(_, context) {
        setMetadata(context);
        throw new GrpcError(5, "gone", {
          details: [{ typeUrl: "type.googleapis.com/a.B", value: bytes(1) }],
          metadata: { "x-why": "because" },
        });
      },
    });
    const call = await start({}, registry).finish(frame(bytes(1)));
    expect(call.out.status).toBe(200);
    expect(call.headers.get("content-type")).toBe("application/connect+proto");
    expect(call.headers.get("x-lead")).toBe("1, 2");
    expect(call.stream).toEqual({
      messages: [],
      flags: [],
      end: {
        error: { code: "not_found", message: "gone", details: [{ type: "a.B", value: "AQ" }] },
        metadata: { "x-end": ["3"], "x-end-bin": ["+/8"], "x-why": ["because"] },
      },
    });
  });

  test("compression message by message", async () => {
    const long = new Uint8Array(3000).fill(7);
    const [gzip] = webCompression();
    const packed = await gzip?.compress(long);
    if (packed === undefined) throw new Error("no gzip");
    const headers = { "connect-content-encoding": "gzip", "accept-encoding": "deflate" };
    const call = await start(headers).finish(frame(packed, 1));
    // A client that does not say what it accepts, accepts what it uses.
    expect(call.headers.get("connect-content-encoding")).toBe("gzip");
    expect(call.headers.has("content-encoding")).toBe(false);
    expect(call.stream.flags).toEqual([1]);
    expect(await gzip?.decompress(call.stream.messages[0] ?? bytes(), 3000)).toEqual(long);
    expect(call.stream.end).toEqual({});

    const asked = await start({ "connect-accept-encoding": "br, deflate, gzip" }).finish(frame(long));
    expect(asked.headers.get("connect-content-encoding")).toBe("deflate");
    const plain = await start({ ...headers, "connect-accept-encoding": "identity" }).finish(frame(packed, 1));
    expect(plain.headers.has("connect-content-encoding")).toBe(false);
    expect(plain.stream).toEqual({ messages: [long], flags: [0], end: {} });
  });

  test.each<[string, Record<string, string>, Uint8Array, object]>([
    [
      "the version of another protocol",
      { "connect-protocol-version": "2" },
      bytes(),
      { code: "invalid_argument", message: 'unknown version of Connect: "v2"' },
    ],
    [
      "an unknown compression",
      { "connect-content-encoding": "br" },
      bytes(),
      {
        code: "unimplemented",
        message: 'connect-content-encoding "br" is not supported; use one of: identity, gzip, deflate',
      },
    ],
    [
      "a compressed message without a compression",
      {},
      frame(bytes(1), 1),
      {
        code: "internal",
        message: "a message is marked as compressed, but the call names no connect-content-encoding",
      },
    ],
    [
      "an end of stream from the client",
      {},
      frame(bytes(0x7b, 0x7d), 2),
      { code: "invalid_argument", message: "unknown message flags 0x02" },
    ],
    [
      "half a frame",
      {},
      frame(bytes(1, 2, 3)).slice(0, 6),
      { code: "invalid_argument", message: "the body ends inside a message: 1 of 3 bytes arrived" },
    ],
  ])("%s", async (_, headers, body, error) => {
    const call = start(headers);
    if (!call.out.isEnded) await call.finish(body);
    expect(call.out.status).toBe(200);
    expect(call.stream.end).toEqual({ error });
  });
});

test.each([0, 2])("a server stream of %d request messages is unimplemented", async (count) => {
  const call = new ConnectTestCall(echoService(), { path: "/test.Service/ServerStream" });
  await call.finish(...Array.from({ length: count }, () => frame(bytes(1))));
  expect(call.stream.end).toMatchObject({ error: { code: "unimplemented" } });
});

test("messages go out as they come, and an error after them in the end", async () => {
  const gate = Promise.withResolvers<void>();
  const registry = rawService({
    async *stream() {
      yield bytes(1);
      yield bytes(2);
      await gate.promise;
      throw new GrpcError(14, "overloaded");
    },
  });
  const call = new ConnectTestCall(registry, { path: "/test.Service/ServerStream" });
  call.out.onSent = (sent) => {
    if (sent.type === "write") gate.resolve();
  };
  await call.finish(frame(bytes()));
  expect(call.out.calls).toEqual(["start", "write", "write", "finish"]);
  expect(call.stream).toEqual({
    messages: [bytes(1), bytes(2)],
    flags: [0, 0],
    end: { error: { code: "unavailable", message: "overloaded" } },
  });
});

test("a bidirectional call answers while its request is under way", async () => {
  const call = new ConnectTestCall(echoService(), { path: "/test.Service/Bidi" });
  for (const value of [1, 2, 3]) {
    const written = new Promise<void>((resolve) => {
      call.out.onSent = (sent) => sent.type === "write" && resolve();
    });
    call.inbound.receive(frame(bytes(value)));
    await written;
  }
  await call.finish();
  expect(call.stream).toEqual({ messages: [bytes(1), bytes(2), bytes(3)], flags: [0, 0, 0], end: {} });
});

test.each([
  ["/test.Service/Unary", "application/connect+proto", "unary", "application/proto"],
  ["/test.Service/Bidi", "application/proto", "bidi_streaming", "application/connect+proto"],
])("%s is not for %s: 415", async (path, contentType, kind, usable) => {
  const { out } = new ConnectTestCall(echoService(), { path, headers: { "content-type": contentType } });
  expect(out.status).toBe(415);
  expect(text(out.body)).toMatch(`${contentType} is not for ${kind} methods; `);
  const accepted = out.headers.get("accept-post")?.split(", ");
  expect(accepted).toContain(usable);
  expect(accepted).not.toContain(contentType);
});

test("an unknown service, streamed, is an end of stream", () => {
  const call = new ConnectTestCall(echoService(), { path: "/no.Service/Bidi" });
  expect(call.out.status).toBe(200);
  expect(call.stream.end).toMatchObject({ error: { code: "unimplemented" } });
});
