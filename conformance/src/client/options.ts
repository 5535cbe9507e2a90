import type { CompressionCodec } from "@railhead/core";
import type { ClientOptions, FetchFunction } from "@railhead/core/client";
import type { ClientCompatRequest } from "../gen/connectrpc/conformance/v1/client_compat_pb.ts";
import {
  Codec,
  Compression,
  HTTPVersion,
  Protocol,
  StreamType,
} from "../gen/connectrpc/conformance/v1/config_pb.ts";
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
    ...(isCutShort(request) && { streamRequests: false }),
    ...(messageReceiveLimit > 0 && { maxReceiveMessageBytes: messageReceiveLimit }),
  };
}

/**
 * The suite's second server of gRPC-Web, grpc-go's, sends headers after the first message. Over HTTP/1.1 Go takes away from
 * it then what it has not read yet of the request, which fails now and then ("invalid Read on closed Body"). In one piece,
 * there is nothing left to take away.
 */
function isCutShort({ testName, httpVersion, streamType }: ClientCompatRequest): boolean {
  const isGrpcGo = testName.includes("(grpc server impl)") && httpVersion === HTTPVersion.HTTP_VERSION_1;
  return isGrpcGo && streamType === StreamType.HALF_DUPLEX_BIDI_STREAM;
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
