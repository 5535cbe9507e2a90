import { randomBytes } from "node:crypto";
import zlib from "node:zlib";
import { ContractClient, frame, pattern, through, toJson } from "@railhead/contract";
import { GrpcStatusCode } from "@railhead/core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CF_HEADER, startContractWorker } from "./support/contract-worker.ts";
import { http1Transport } from "./support/http1-transport.ts";
import { startWorkerd, type Workerd } from "./support/workerd.ts";

/** What Cloudflare's edge sends to every Worker, whatever the client can read. */
const EDGE = ["accept-encoding", "br, gzip"] as const;
const MIB = 1024 * 1024;

let workerd: Workerd;
let client: ContractClient;
beforeAll(async () => {
  workerd = await startContractWorker();
  client = new ContractClient(workerd.url, http1Transport(), "grpc-web");
});
afterAll(() => workerd.close());
beforeEach(() => workerd.explainFailure());

describe.each(["gzip", "deflate"] as const)("%s", (encoding) => {
  test.each([
    ["unary", "/contract.Raw/Produce", { bytes: 5000 }],
    ["streamed", "/contract.Raw/Count", { count: 2, bytes: 5000 }],
  ])("%s: message by message, and never the body", async (_, path, fields) => {
    const answer = await client.call(path, toJson(fields), { headers: [EDGE], acceptEncoding: encoding });
    expect(answer.headers.get("grpc-encoding")).toBe(encoding);
    expect(answer.headers.has("content-encoding")).toBe(false);
    for (const message of answer.messages) {
      expect(await through(message, new DecompressionStream(encoding))).toEqual(pattern(5000));
    }
    expect(answer.flags.every((flags) => flags === 1)).toBe(true);
  });
});

test("the edge's accept-encoding alone compresses nothing", async () => {
  const answer = await client.call("/contract.Raw/Produce", toJson({ bytes: 5000 }), { headers: [EDGE] });
  expect(answer).toMatchObject({ code: 0, flags: [0], messages: [pattern(5000)] });
  expect(answer.headers.has("content-encoding")).toBe(false);
});

test.each([
  ["from its first byte", Buffer.alloc(0)],
  ["behind what cannot be compressed", randomBytes(60_000)],
  ["close to the limit", randomBytes(3 * MIB)],
])("a bomb that goes off %s takes no memory beyond the limit", async (_, harmless) => {
  const bomb = zlib.gzipSync(Buffer.concat([harmless, Buffer.alloc(256 * MIB)]));
  const before = await workerd.residentBytes();
  const peak = await workerd.peakBytes(async () => {
    const call = () => client.callRaw("/contract.Raw/Echo", frame(bomb, 1), { encoding: "gzip" });
    for (const answer of await Promise.all([call(), call(), call(), call()])) {
      expect(answer).toMatchObject({ code: GrpcStatusCode.RESOURCE_EXHAUSTED, messages: [] });
    }
  });
  expect(peak - before).toBeLessThan(96 * MIB);
});

test("a compressed stream is not held back", async () => {
  const body = frame(toJson({ bytes: 100_000 }));
  const call = await client.open("/contract.Raw/Endless", body, { headers: [EDGE], acceptEncoding: "gzip" });
  for (let read = 0; read < 3; read++) {
    const message = (await call.next()) ?? new Uint8Array(0);
    expect(await through(message, new DecompressionStream("gzip"))).toEqual(pattern(100_000));
  }
  await call.cancel();
});

/** Unary calls of Connect are compressed by content-encoding, which workerd would do once more if no one told it. */
describe("Connect, unary", () => {
  const body = toJson({ bytes: 5000 });
  const call = (accepted: string | undefined) =>
    client.http("/contract.Raw/Produce", {
      headers: [
        ["content-type", "application/proto"],
        EDGE,
        ...(accepted === undefined
          ? []
          : [[CF_HEADER, JSON.stringify({ clientAcceptEncoding: accepted })] as const]),
      ],
      body,
    });

  test.each([
    ["the client's own", "deflate, gzip", "deflate"],
    ["the client's own", "br;q=0.9, gzip;q=0.5", "gzip"],
    ["nothing, when the client said nothing", "", null],
    ["nothing, when the client reads nothing of ours", "zstd", null],
    ["the request's, when there is no edge", undefined, "gzip"],
  ])("%s: %s", async (_, accepted, encoding) => {
    const response = await call(accepted);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-encoding")).toBe(encoding);
    const bytes = new Uint8Array(await new Response(response.body).arrayBuffer());
    expect(response.headers.get("content-length")).toBe(String(bytes.length));
    const plain =
      encoding === null
        ? bytes
        : await through(bytes, new DecompressionStream(encoding as CompressionFormat));
    expect(plain).toEqual(pattern(5000));
  });

  test("a compressed request arrives as it was sent", async () => {
    const packed = await through(pattern(5000), new CompressionStream("gzip"));
    const response = await client.http("/contract.Raw/Echo", {
      headers: [
        ["content-type", "application/proto"],
        ["content-encoding", "gzip"],
      ],
      body: packed,
    });
    // The client did not say what it accepts: what it uses itself.
    expect(response.headers.get("content-encoding")).toBe("gzip");
    const answer = new Uint8Array(await new Response(response.body).arrayBuffer());
    expect(await through(answer, new DecompressionStream("gzip"))).toEqual(pattern(5000));
  });
});

describe("zlibCompression() over workerd's node:zlib", () => {
  const CODECS = [
    ["zstd", zlib.zstdCompressSync, zlib.zstdDecompressSync],
    ["gzip", zlib.gzipSync, zlib.gunzipSync],
    ["br", zlib.brotliCompressSync, zlib.brotliDecompressSync],
    ["deflate", zlib.deflateSync, zlib.inflateSync],
  ] as const;
  let server: Workerd;
  let zlibClient: ContractClient;
  beforeAll(async () => {
    server = await startWorkerd({ entry: new URL("./workers/zlib.ts", import.meta.url) });
    zlibClient = new ContractClient(server.url, http1Transport(), "grpc-web");
  });
  afterAll(() => server.close());
  beforeEach(() => server.explainFailure());

  test.each(CODECS)("%s, both ways", async (encoding, compress, decompress) => {
    const options = { encoding, acceptEncoding: encoding };
    // workerd's own buffers are of 40 KiB.
    for (const size of [5000, 40_959, 40_960, 40_961, 81_920]) {
      const body = frame(compress(pattern(size)), 1);
      const answer = await zlibClient.callRaw("/contract.Raw/Echo", body, options);
      expect(answer).toMatchObject({ code: 0, flags: [1] });
      expect(answer.headers.get("grpc-encoding")).toBe(encoding);
      expect(new Uint8Array(decompress(answer.messages[0] ?? new Uint8Array(0)))).toEqual(pattern(size));
    }
  });

  test.each(CODECS)("%s: a bomb stops at the limit, and noise is refused", async (encoding, compress) => {
    const headers = [["grpc-encoding", encoding] as const];
    const send = async (message: Uint8Array): Promise<number> =>
      (await zlibClient.callRaw("/contract.Raw/Collect", frame(message, 1), { headers })).code;
    expect(await send(compress(new Uint8Array(100_000)))).toBe(0);
    expect(await send(compress(new Uint8Array(100_001)))).toBe(8);
    expect(await send(compress(new Uint8Array(50_000_000)))).toBe(8);
    expect(await send(pattern(50))).toBe(13);
  });
});
