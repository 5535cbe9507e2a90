import { fromBase64 } from "./bytes.ts";
import { statusProto } from "./status-proto.ts";

/** How a call ended. */
export interface Status {
  readonly code: number;
  /** Decoded. */
  readonly message: string;
  /** As it stands on the wire of gRPC. */
  readonly rawMessage: string | null;
  /** A google.rpc.Status: the bytes of `grpc-status-details-bin`, or what they would be where Connect has details. */
  readonly details: Uint8Array | undefined;
  /** All trailers, the status's own included. */
  readonly trailers: Headers;
}

/** The status in a block of trailers; undefined when it holds none. */
export function parseStatus(trailers: Headers): Status | undefined {
  const code = trailers.get("grpc-status");
  if (code === null) return undefined;
  const rawMessage = trailers.get("grpc-message");
  const details = trailers.get("grpc-status-details-bin");
  return {
    code: Number(code),
    message: decodeURIComponent(rawMessage ?? ""),
    rawMessage,
    details: details === null ? undefined : fromBase64(details),
    trailers,
  };
}

/** The trailers frame of gRPC-Web: lines of `name:value`. */
export function parseWebTrailers(block: Uint8Array): Headers {
  const lines = new TextDecoder()
    .decode(block)
    .split("\r\n")
    .filter((line) => line !== "");
  return new Headers(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    }),
  );
}

/** The last frame of a Connect stream. */
export function parseConnectEnd(payload: Uint8Array): Status {
  const { error, metadata = {} } = JSON.parse(new TextDecoder().decode(payload));
  const trailers = new Headers();
  for (const [name, values] of Object.entries<string[]>(metadata)) {
    for (const value of values) trailers.append(name, value);
  }
  return connectStatus(error, trailers);
}

const CODES: readonly string[] = [
  "",
  ...["canceled", "unknown", "invalid_argument", "deadline_exceeded", "not_found", "already_exists"],
  ...["permission_denied", "resource_exhausted", "failed_precondition", "aborted", "out_of_range"],
  ...["unimplemented", "internal", "unavailable", "data_loss", "unauthenticated"],
];

interface ConnectErrorJson {
  readonly code: string;
  readonly message?: string;
  readonly details?: readonly { readonly type: string; readonly value: string }[];
}

/** An error in Connect's JSON, or undefined, as a status. */
export function connectStatus(error: unknown, trailers: Headers): Status {
  if (error === undefined) return { code: 0, message: "", rawMessage: null, details: undefined, trailers };
  // The tests look at what is in there.
  const { code: name, message = "", details: list } = error as ConnectErrorJson;
  const code = CODES.indexOf(name);
  if (code < 1) throw new Error(`"${name}" is no code of Connect`);
  const details =
    list &&
    statusProto(
      code,
      message,
      list.map(({ type, value }) => [type, fromBase64(value)]),
    );
  return { code, message, rawMessage: null, details, trailers };
}
