import { GrpcError } from "../error.ts";
import { GrpcStatusCode } from "../status.ts";
import { decodeBase64 } from "../wire/base64.ts";
import { parseStatusMessage } from "../wire/percent-message.ts";
import { type AnyMessage, decodeStatusDetails } from "../wire/status-proto.ts";
import type { Field } from "../wire/web-trailers.ts";
import { type CallEnd, readMetadata } from "./client-protocol.ts";

/** How a call of gRPC ended, by its trailers: the reading side of `grpc-status.ts`. */
export function decodeGrpcEnd(fields: readonly Field[]): CallEnd {
  const trailers = readMetadata(fields);
  const value = (name: string): string | undefined => fields.find(([one]) => one === name)?.[1];
  const status = value("grpc-status");
  if (status === "0") return { error: undefined, trailers };
  const code = parseStatusCode(status);
  const message = parseStatusMessage(value("grpc-message") ?? "");
  const error = new GrpcError(
    code ?? GrpcStatusCode.UNKNOWN,
    code === undefined ? unknown(status, message) : message,
    {
      details: parseDetails(value("grpc-status-details-bin")),
      metadata: trailers,
    },
  );
  return { error, trailers };
}

/** gRPC over HTTP/2, "Responses", Status: the decimal number of a code. */
function parseStatusCode(status: string | undefined): GrpcStatusCode | undefined {
  return Object.values(GrpcStatusCode).find((code) => String(code) === status);
}

function unknown(status: string | undefined, message: string): string {
  const why =
    status === undefined
      ? "the trailers have no grpc-status"
      : `unknown grpc-status ${JSON.stringify(status)}`;
  return message === "" ? why : `${why}: ${message}`;
}

/** Details that cannot be read are left out: code and message still tell what happened. */
function parseDetails(value: string | undefined): readonly AnyMessage[] {
  const bytes = decodeBase64(value ?? "");
  return (bytes && decodeStatusDetails(bytes)) ?? [];
}
