import { fromBase64 } from "./bytes.ts";

/** How a call ended. */
export interface Status {
  readonly code: number;
  /** Decoded. */
  readonly message: string;
  /** As it stands on the wire. */
  readonly rawMessage: string | null;
  /** The bytes of `grpc-status-details-bin`. */
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
