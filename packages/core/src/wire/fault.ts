/** What a peer can do wrong on the wire. The call layer gives each its status. */
export type FaultKind =
  | "malformed" // bytes or header values that break the protocol's grammar
  | "truncated" // the body ended inside a message
  | "oversized" // a message or header block beyond a limit
  | "cardinality" // more or fewer messages than the method takes
  | "unknown-encoding" // compressed with something this server does not have
  | "unnamed-encoding" // compressed with nobody knows what
  | "corrupt" // does not decompress
  | "undecodable"; // not a message of the expected type

/** A fault of the peer's, found while reading the wire. Its message is safe to send back. */
export class WireFault extends Error {
  readonly kind: FaultKind;

  constructor(kind: FaultKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
