import type { GrpcError } from "../error.ts";
import { appendFields, type Metadata } from "../metadata.ts";
import type { HeaderList } from "../transport.ts";
import { encodeUnpaddedBase64 } from "../wire/base64.ts";
import { formatStatusMessage } from "../wire/percent-message.ts";
import { encodeStatus } from "../wire/status-proto.ts";

const OK: HeaderList = ["grpc-status", "0"];

/** The trailers of gRPC and gRPC-Web: status, message, details, then the application's own. */
export function statusTrailers(error: GrpcError | undefined, trailers: Metadata | undefined): HeaderList {
  if (error === undefined && trailers === undefined) return OK;
  // gRPC over HTTP/2, "Responses": Status, Status-Message, Status-Details.
  const list = ["grpc-status", String(error?.code ?? 0)];
  if (error?.message) list.push("grpc-message", formatStatusMessage(error.message));
  if (error?.details.length) {
    const status = encodeStatus(error.code, error.message, error.details);
    list.push("grpc-status-details-bin", encodeUnpaddedBase64(status));
  }
  appendFields(list, trailers);
  appendFields(list, error?.metadata);
  return list;
}
