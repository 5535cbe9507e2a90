import type { MethodKind, ProtocolName } from "../context.ts";
import type { Capabilities, HeaderList, HeaderReader, RequestHead } from "../transport.ts";
import { type ContentType, contentTypesOf, type Framing, parseContentType } from "../wire/content-type.ts";
import { ConnectCall } from "./connect.ts";
import { ConnectGetCall, contentTypeOfQuery } from "./connect-get.ts";
import { ConnectUnaryCall } from "./connect-unary.ts";
import { GrpcCall } from "./grpc.ts";
import { GrpcWebCall, GrpcWebTextCall } from "./grpc-web.ts";
import type { ProtocolCall } from "./protocol.ts";

/** Every protocol there is, in the order they are listed to people. */
export const PROTOCOLS: readonly ProtocolName[] = ["grpc", "grpc-web", "connect"];

interface FramingEntry {
  readonly protocol: ProtocolName;
  readonly Call: new (type: ContentType, headers: HeaderReader) => ProtocolCall;
  /** Undefined: for methods of any kind. */
  readonly isUnary?: boolean;
}

const FRAMINGS: Readonly<Record<Framing, FramingEntry>> = {
  grpc: { protocol: "grpc", Call: GrpcCall },
  "grpc-web": { protocol: "grpc-web", Call: GrpcWebCall },
  "grpc-web-text": { protocol: "grpc-web", Call: GrpcWebTextCall },
  "connect-unary": { protocol: "connect", Call: ConnectUnaryCall, isUnary: true },
  "connect-stream": { protocol: "connect", Call: ConnectCall, isUnary: false },
};

/** An HTTP answer to what is not a call in any protocol: a reason a developer can act on, as plain text. */
export interface Refusal {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Uint8Array;
}

/** What is to be known of the method that is called; undefined or null when there is none. */
type Target =
  | { readonly kind: MethodKind; readonly takesJson: boolean; readonly noSideEffects: boolean }
  | null
  | undefined;

/** What the server speaks. */
interface Spoken {
  readonly protocols: readonly ProtocolName[];
  /** Undefined: no JSON. */
  readonly json: object | undefined;
}

/** Opens the call in the protocol its method and content type ask for, or says why there is none. */
export function negotiate(
  head: RequestHead,
  target: Target,
  spoken: Spoken,
  can: Capabilities,
): { readonly call: ProtocolCall } | { readonly refusal: Refusal } {
  const isGet = head.method === "GET" && takesGet(target, spoken);
  if (head.method !== "POST" && !isGet) return { refusal: refuseMethod(head, target, spoken) };
  const type = isGet
    ? contentTypeOfQuery(head.query)
    : parseContentType(head.headers.get("content-type") ?? "");
  if (type === undefined) return { refusal: refuseType(unknownType(head), head, target, spoken, can) };
  const why = reasonAgainst(type, head, target, spoken, can);
  if (why !== undefined) return { refusal: refuseType(why, head, target, spoken, can) };
  const call = isGet ? new ConnectGetCall(type, head) : new FRAMINGS[type.framing].Call(type, head.headers);
  return { call };
}

/** Connect protocol, "Unary-Get-Request": for methods without side effects. */
function takesGet(target: Target, { protocols }: Spoken): boolean {
  return target?.kind === "unary" && target.noSideEffects && protocols.includes("connect");
}

function unknownType({ method, headers }: RequestHead): string {
  if (method === "GET") return 'the "encoding" of the query must be "proto" or "json"';
  return `content type "${headers.get("content-type") ?? ""}" is not known here`;
}

/** Why no call of this type is served; undefined when one is. */
function reasonAgainst(
  type: ContentType,
  { path }: RequestHead,
  target: Target,
  spoken: Spoken,
  can: Capabilities,
): string | undefined {
  const { protocol, isUnary } = FRAMINGS[type.framing];
  if (!spoken.protocols.includes(protocol)) return `protocol ${protocol} is turned off here`;
  if (type.framing === "grpc" && !can.trailers) {
    const advice = can.grpcAdvice ?? "use HTTP/2, or gRPC-Web";
    return `gRPC needs HTTP trailers, which this connection does not carry: ${advice}`;
  }
  if (!target) return undefined;
  if (isUnary !== undefined && isUnary !== (target.kind === "unary")) {
    return `${path} is ${target.kind}, which content type "${type.value}" is not for`;
  }
  if (type.codec === "proto" || (target.takesJson && spoken.json !== undefined)) return undefined;
  const why = target.takesJson ? "this server lacks the option json: jsonFormat()" : "it has no schema";
  return `${path} takes no JSON: ${why}`;
}

/** HTTP 405 with the methods that would do (RFC 9110, section 15.5.6). */
function refuseMethod({ method }: RequestHead, target: Target, spoken: Spoken): Refusal {
  const allowed = takesGet(target, spoken) ? "GET, POST" : "POST";
  return refuse(405, `use ${allowed.replace(",", " or")}, not ${method}`, ["allow", allowed]);
}

/** HTTP 415 with the types that would do (RFC 9110, section 15.5.16). */
function refuseType(
  why: string,
  head: RequestHead,
  target: Target,
  spoken: Spoken,
  can: Capabilities,
): Refusal {
  const usable = contentTypesOf((type) => reasonAgainst(type, head, target, spoken, can) === undefined);
  return refuse(415, `${why}; send one of: ${usable}`, ["accept-post", usable]);
}

export function refuse(status: number, why: string, headers: HeaderList = []): Refusal {
  const plain = ["content-type", "text/plain; charset=utf-8", "x-content-type-options", "nosniff"];
  return { status, headers: [...plain, ...headers], body: new TextEncoder().encode(`${why}\n`) };
}
