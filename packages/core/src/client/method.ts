import type { MethodKind } from "../context.ts";
import type { JsonFormat } from "../json-format.ts";

/** One method as a client calls it. Messages are `unknown` here; `encode` and `decode` agree on what they are. */
export interface ClientMethod {
  readonly serviceName: string;
  readonly methodName: string;
  readonly kind: MethodKind;
  /** May go by GET. */
  readonly noSideEffects: boolean;
  /** What the caller gave, serialised. Throws when it is not a message of the type. */
  encode(message: unknown, json: JsonFormat | undefined): Uint8Array;
  /** What the caller gets. Throws when the bytes are not a message of the type. */
  decode(bytes: Uint8Array, json: JsonFormat | undefined): unknown;
}
