/** The grammar of metadata: gRPC over HTTP/2, "Requests", Custom-Metadata. */

/** Keys that end in "-bin" hold bytes, as base64 on the wire. */
export function isBinaryKey(key: string): boolean {
  return key.endsWith("-bin");
}

/** Header-Name: one or more of digits, lower-case letters, "_", "-", ".". */
export function isMetadataKey(key: string): boolean {
  return /^[0-9a-z_.-]+$/.test(key);
}

/** ASCII-Value: printable ASCII and spaces. */
export function isAsciiValue(value: string): boolean {
  return /^[\x20-\x7e]*$/.test(value);
}

/**
 * Fields that belong to the protocols and to HTTP, not to the application: hidden from request metadata and refused
 * in response metadata.
 */
const RESERVED: ReadonlySet<string> = new Set([
  "connect-accept-encoding",
  "connect-content-encoding",
  "connect-protocol-version",
  "connect-timeout-ms",
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "grpc-accept-encoding",
  "grpc-encoding",
  "grpc-message",
  "grpc-message-type",
  "grpc-status",
  "grpc-status-details-bin",
  "grpc-timeout",
  "host",
  "http2-settings",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

export function isReservedKey(key: string): boolean {
  return RESERVED.has(key);
}
