import type { GrpcError } from "../error.ts";
import type { Metadata } from "../metadata.ts";
import { FramedCall } from "./framed-call.ts";
import { statusTrailers } from "./grpc-status.ts";
import type { Closing, WholeResponse } from "./protocol.ts";

/**
 * gRPC over HTTP/2: status and trailing metadata travel as HTTP trailers, a failure before the first message as a
 * single header block ("Trailers-Only"). Clients take all of that block for trailers; a failure that brings leading
 * metadata keeps the two apart.
 * https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 */
export class GrpcCall extends FramedCall {
  close(error: GrpcError | undefined, trailers: Metadata | undefined): Closing {
    return { trailers: statusTrailers(error, trailers) };
  }

  override fail(error: GrpcError, metadata?: Metadata, trailers?: Metadata): WholeResponse {
    if (metadata !== undefined && metadata.size > 0) return super.fail(error, metadata, trailers);
    const headers = this.responseHeaders(metadata, undefined);
    headers.push(...statusTrailers(error, trailers));
    return { status: 200, headers };
  }
}
