import type { MethodKind, ProtocolName } from "../context.ts";
import type { Capabilities, HeaderList, RequestHead } from "../transport.ts";
import { type ContentType, contentTypesOf, type Framing, parseContentType } from "../wire/content-type.ts";
import { encodeUtf8 } from "../wire/text.ts";
import { ConnectCall } from "./connect.ts";
import { ConnectGetCall, contentTypeOfQuery } from "./connect-get.ts";
import { ConnectUnaryCall } from "./connect-unary.ts";
import { GrpcCall } from "./grpc.ts";
import { GrpcWebCall, GrpcWebTextCall } from "./grpc-web.ts";
import type { ProtocolCall, WholeResponse } from "./protocol.ts";

/** Every protocol there is, in the order they are listed to people. */
export const PROTOCOLS: readonly ProtocolName[] = ["grpc", "grpc-web", "connect"];

const CALLS: Readonly<Record<Framing, new (type: ContentType, head: RequestHead) => ProtocolCall>> = {
  grpc: GrpcCall,
  "grpc-web": GrpcWebCall,
  "grpc-web-text": GrpcWebTextCall,
  "connect-unary": ConnectUnaryCall,
  "connect-stream": ConnectCall,
};

/** What is to be known of the method that is called; undefined or null when there is none. */
type Target =
  | { readonly kind: MethodKind; readonly takesJson?: boolean; readonly noSideEffects?: boolean }
  | null
  | undefined;

/** What the server speaks. */
interface Spoken {
  readonly protocols: readonly ProtocolName[];
  /** Undefined: no JSON. */
  readonly json?: object | undefined;
}

/** Opens the call in the protocol its method and content type ask for, or answers why there is none. */
export function negotiate(
  head: RequestHead,
  target: Target,
  spoken: Spoken,
  can: Capabilities,
): ProtocolCall | WholeResponse {
  const { method, headers } = head;
  // Connect protocol, "Unary-Get-Request": for methods without side effects.
  const takesGet = target?.noSideEffects && target.kind === "unary" && spoken.protocols.includes("connect");
  const isGet = takesGet && method === "GET";
  if (method !== "POST" && !isGet) {
    // HTTP 405 with the methods that would do (RFC 9110, section 15.5.6).
    const allowed = takesGet ? "GET, POST" : "POST";
    return refuse(405, `${method} is not allowed: use ${allowed}`, ["allow", allowed]);
  }
  const named = headers.get("content-type") ?? "";
  const type = isGet ? contentTypeOfQuery(head.query) : parseContentType(named);
  const why = type
    ? reasonAgainst(type, target, spoken, can)
    : isGet
      ? "GET needs encoding=proto or json and message in the query"
      : `unknown content type "${named}"`;
  if (type && !why) {
    const Call = isGet ? ConnectGetCall : CALLS[type.framing];
    return new Call(type, head);
  }
  // HTTP 415 with the types that would do (RFC 9110, section 15.5.16).
  const usable = contentTypesOf((other) => !reasonAgainst(other, target, spoken, can));
  // The query of a GET is all that can be wrong with it.
  return refuse(415, isGet ? `${why}` : `${why}; send one of: ${usable}`, ["accept-post", usable]);
}

/** Why no call of this type is served; undefined when one is. */
function reasonAgainst(
  { protocol, framing, codec, value }: ContentType,
  target: Target,
  spoken: Spoken,
  can: Capabilities,
): string | undefined {
  if (!spoken.protocols.includes(protocol)) return `${protocol} is turned off here`;
  if (protocol === "grpc" && !can.trailers) {
    return `gRPC needs HTTP trailers: ${can.grpcAdvice ?? "use HTTP/2, or gRPC-Web"}`;
  }
  if (!target) return undefined;
  if (protocol === "connect" && (framing === "connect-unary") !== (target.kind === "unary")) {
    return `${value} is not for ${target.kind} methods`;
  }
  if (codec === "proto" || (target.takesJson && spoken.json)) return undefined;
  return `${value} needs ${target.takesJson ? "the option json: jsonFormat()" : "a schema"}`;
}

/** An HTTP answer to what is not a call in any protocol: a reason a developer can act on, as plain text. */
export function refuse(status: number, why: string, headers: HeaderList = []): WholeResponse {
  const plain = [
    "content-type",
    "text/plain; charset=utf-8",
    "x-content-type-options",
    "nosniff",
    ...headers,
  ];
  return { status, headers: plain, body: [encodeUtf8(`${why}\n`)] };
}
