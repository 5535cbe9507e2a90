import zlib, { gzipSync } from "node:zlib";
import { describe, expect, test, vi } from "vitest";
import { createRawClient } from "../../src/client.ts";
import type { CompressionCodec } from "../../src/compression.ts";
import { webCompression } from "../../src/web/compression.ts";
import { createFetchHandler } from "../../src/web/fetch-handler.ts";
import { zlibCompression } from "../../src/zlib-compression.ts";
import { bytes, concat, frame, utf8 } from "../support/bytes.ts";
import { BASE_URL, failureOf, PROTOCOLS, rawClient, responseOf } from "../support/client.ts";
import { forbidUnhandledRejections } from "../support/hygiene.ts";
import { echoService } from "../support/services.ts";

forbidUnhandledRejections();

const long = utf8("all work and no play ".repeat(500));
const short = utf8("hi");

/** A server that echoes, and the sizes of the bodies it was sent. */
function weighed() {
  const sizes: number[] = [];
  const handler = createFetchHandler(echoService());
  const fetch = async (request: Request): Promise<Response> => {
    const body = new Uint8Array(await request.clone().arrayBuffer());
    sizes.push(body.length);
    return handler(request);
  };
  return { sizes, fetch };
}

describe.each(PROTOCOLS)("%s", (protocol) => {
  test.each(["gzip", "deflate"])("requests by %s, responses by what both have", async (send) => {
    const { sizes, fetch } = weighed();
    const client = createRawClient({ baseUrl: BASE_URL, fetch, protocol, compression: { send } });
    expect(await client.unary("test.Service", "Unary", long)).toEqual(long);
    expect(await client.clientStreaming("test.Service", "ClientStream", [long, short])).toEqual(
      concat(long, short),
    );
    expect(await Array.fromAsync(client.bidiStreaming("test.Service", "Bidi", [long, short]))).toEqual([
      long,
      short,
    ]);
    expect(Math.max(...sizes)).toBeLessThan(long.length / 10);
  });

  test("short messages stay plain", async () => {
    const { sizes, fetch } = weighed();
    const codec = spied();
    const compression = { codecs: [codec], send: "gzip", minBytes: 3 };
    const client = createRawClient({ baseUrl: BASE_URL, fetch, protocol, compression });
    expect(await client.unary("test.Service", "Unary", short)).toEqual(short);
    expect(codec.compress).not.toHaveBeenCalled();
    expect(await client.unary("test.Service", "Unary", utf8("abc"))).toEqual(utf8("abc"));
    expect(codec.compress).toHaveBeenCalledOnce();
    expect(sizes).toHaveLength(2);
  });

  test("the limit of requests is that of what is not compressed yet", async () => {
    const client = rawClient(echoService(), {
      protocol,
      maxSendMessageBytes: 3,
      compression: { send: "gzip" },
    });
    expect(await client.unary("test.Service", "Unary", utf8("abc"))).toEqual(utf8("abc"));
    const error = await failureOf(client.unary("test.Service", "Unary", utf8("abcd")));
    expect(error.codeName).toBe("RESOURCE_EXHAUSTED");
    expect(error.message).toBe("a request message of 4 bytes is larger than the limit of 3 bytes");
    const stream = await failureOf(
      client.clientStreaming("test.Service", "ClientStream", [short, utf8("abcd")]),
    );
    expect(stream.codeName).toBe("RESOURCE_EXHAUSTED");
  });

  test("the limit of responses is that of what has been decompressed", async () => {
    const client = rawClient(echoService(), { protocol, maxReceiveMessageBytes: long.length - 1 });
    expect((await failureOf(client.unary("test.Service", "Unary", long))).codeName).toBe(
      "RESOURCE_EXHAUSTED",
    );
    const stream = Array.fromAsync(client.serverStreaming("test.Service", "ServerStream", long));
    expect((await failureOf(stream)).codeName).toBe("RESOURCE_EXHAUSTED");
    const exact = rawClient(echoService(), { protocol, maxReceiveMessageBytes: long.length });
    expect(await exact.unary("test.Service", "Unary", long)).toEqual(long);
  });
});

function spied(): CompressionCodec & { compress: ReturnType<typeof vi.fn> } {
  const [gzip] = webCompression();
  if (gzip === undefined) throw new Error("there is no gzip");
  return { ...gzip, compress: vi.fn(gzip.compress) };
}

test("a bomb is not unpacked", async () => {
  const bomb = gzipSync(new Uint8Array(100_000_000));
  const body = concat(frame(bomb, 1), frame(utf8("grpc-status:0\r\n"), 0x80));
  const headers = { "content-type": "application/grpc-web", "grpc-encoding": "gzip" };
  const client = createRawClient({ baseUrl: BASE_URL, fetch: async () => responseOf({ headers }, body) });
  const error = await failureOf(client.unary("a.B", "C", bytes()));
  expect(error.codeName).toBe("RESOURCE_EXHAUSTED");
  expect(error.message).toBe("a decompressed message is larger than the limit of 4194304 bytes");
});

test.each([
  ["grpc-web", "application/grpc-web", "grpc-encoding", "grpc-status:9\r\ngrpc-message:compressed\r\n", 0x81],
  [
    "connect",
    "application/connect+proto",
    "connect-content-encoding",
    '{"error":{"code":"failed_precondition","message":"compressed"}}',
    0x03,
  ],
] as const)("the end may be compressed too: %s", async (protocol, type, field, end, flags) => {
  const headers = { "content-type": type, [field]: "gzip" };
  const fetch = async () => responseOf({ headers }, frame(gzipSync(end), flags));
  const client = createRawClient({ baseUrl: BASE_URL, protocol, fetch, maxReceiveMessageBytes: 10 });
  const error = await failureOf(Array.fromAsync(client.serverStreaming("a.B", "C", bytes())));
  expect([error.codeName, error.message]).toEqual(["FAILED_PRECONDITION", "compressed"]);
});

test.each([
  ["grpc-web", "application/grpc-web", "grpc-encoding", frame(utf8("grpc-status:0\r\n"), 0x80)],
  ["connect", "application/connect+proto", "connect-content-encoding", frame(utf8("{}"), 0x02)],
] as const)("an empty message may be marked as compressed and be none: %s", async (...answer) => {
  const [protocol, type, field, end] = answer;
  const headers = { "content-type": type, [field]: "gzip" };
  const fetch = async () => responseOf({ headers }, frame(bytes(), 1), end);
  const client = createRawClient({ baseUrl: BASE_URL, protocol, fetch });
  expect(await Array.fromAsync(client.serverStreaming("a.B", "C", bytes()))).toEqual([bytes()]);
});

describe("unary responses of Connect, which fetch may have decompressed already", () => {
  const answer = (encoding: string, body: Uint8Array, status = 200, codecs = zlibCompression(zlib)) => {
    const type = status === 200 ? "application/proto" : "application/json";
    const headers = { "content-type": type, "content-encoding": encoding };
    const fetch = async () => responseOf({ status, headers }, body);
    const compression = { codecs };
    return createRawClient({ baseUrl: BASE_URL, protocol: "connect", fetch, compression }).unary(
      "a.B",
      "C",
      bytes(),
    );
  };

  describe.each([
    ["gzip", zlib.gzipSync],
    ["deflate", zlib.deflateSync],
    ["zstd", zlib.zstdCompressSync],
  ] as const)("%s", (encoding, compress) => {
    test("compressed", async () => {
      expect(Uint8Array.from(await answer(encoding, compress(long)))).toEqual(long);
      expect(await answer(encoding, compress(bytes()))).toHaveLength(0);
    });

    test("decompressed", async () => {
      expect(await answer(encoding, long)).toEqual(long);
      expect(await answer(encoding, bytes())).toEqual(bytes());
    });

    test("decompressed, and looks compressed", async () => {
      const body = concat(compress(long).subarray(0, 4), utf8("but is not"));
      expect(await answer(encoding, body)).toEqual(body);
    });

    test("errors", async () => {
      const error = utf8('{"code":"not_found","message":"not here"}');
      for (const body of [error, compress(error)]) {
        expect((await failureOf(answer(encoding, body, 404))).message).toBe("not here");
      }
    });
  });

  test.each([0, 1, 5, 9])("deflate of level %d", async (level) => {
    expect(Uint8Array.from(await answer("deflate", zlib.deflateSync(long, { level })))).toEqual(long);
  });

  test("br cannot be recognised, and is fetch's business alone", async () => {
    expect(await answer("br", long)).toEqual(long);
  });

  test.each(["gzip", "deflate", "br", "zstd"])("decompressed %s takes no codec", async (encoding) => {
    expect(await answer(encoding, long, 200, [])).toEqual(long);
  });
});
