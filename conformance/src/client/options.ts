import type { CompressionCodec } from "@railhead/core";
import type { ClientOptions, FetchFunction } from "@railhead/core/client";
import type { ClientCompatRequest } from "../gen/connectrpc/conformance/v1/client_compat_pb.ts";
import { Codec, Compression, Protocol } from "../gen/connectrpc/conformance/v1/config_pb.ts";
import { json } from "../server/service.ts";

/** What differs between the runtimes that calls are made from. */
export interface Runtime {
  readonly fetch: FetchFunction;
  readonly codecs: readonly CompressionCodec[];
}

/** The client that a test asks for. */
export function clientOptions(request: ClientCompatRequest, runtime: Runtime): ClientOptions {
  const { host, port, serverTlsCert, codec, messageReceiveLimit } = request;
  const send = compressionName(request.compression);
  return {
    baseUrl: `${serverTlsCert.length > 0 ? "https" : "http"}://${host}:${port}`,
    fetch: runtime.fetch,
    protocol: protocolName(request.protocol),
    ...(codec === Codec.JSON && { codec: "json", json }),
    // The suite's messages are short, and are to be compressed all the same.
    compression: { codecs: runtime.codecs, ...(send !== undefined && { send, minBytes: 0 }) },
    useHttpGet: request.useGetHttpMethod,
    ...(messageReceiveLimit > 0 && { maxReceiveMessageBytes: messageReceiveLimit }),
  };
}

function protocolName(protocol: Protocol): "connect" | "grpc-web" {
  if (protocol === Protocol.CONNECT) return "connect";
  if (protocol === Protocol.GRPC_WEB) return "grpc-web";
  throw new Error(`fetch does not carry protocol ${protocol}`);
}

const COMPRESSIONS: ReadonlyMap<Compression, string> = new Map([
  [Compression.GZIP, "gzip"],
  [Compression.BR, "br"],
  [Compression.ZSTD, "zstd"],
  [Compression.DEFLATE, "deflate"],
]);

function compressionName(compression: Compression): string | undefined {
  const name = COMPRESSIONS.get(compression);
  if (name === undefined && compression !== Compression.IDENTITY) {
    throw new Error(`no codec for compression ${compression}`);
  }
  return name;
}
