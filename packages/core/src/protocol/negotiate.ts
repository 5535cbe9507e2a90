import type { ProtocolName } from "../context.ts";
import type { Capabilities, HeaderList, HeaderReader, RequestHead } from "../transport.ts";
import { type ContentType, contentTypesOf, type Framing, parseContentType } from "../wire/content-type.ts";
import { GrpcCall } from "./grpc.ts";
import { GrpcWebCall, GrpcWebTextCall } from "./grpc-web.ts";
import type { ProtocolCall } from "./protocol.ts";

/** Every protocol there is, in the order they are listed to people. */
export const PROTOCOLS: readonly ProtocolName[] = ["grpc", "grpc-web"];

interface FramingEntry {
  readonly protocol: ProtocolName;
  readonly Call: new (type: ContentType, headers: HeaderReader) => ProtocolCall;
}

const FRAMINGS = {
  grpc: { protocol: "grpc", Call: GrpcCall },
  "grpc-web": { protocol: "grpc-web", Call: GrpcWebCall },
  "grpc-web-text": { protocol: "grpc-web", Call: GrpcWebTextCall },
} satisfies Record<Framing, FramingEntry>;

/** An HTTP answer to what is not a call in any protocol: a reason a developer can act on, as plain text. */
export interface Refusal {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Uint8Array;
}

/** Opens the call in the protocol its method and content type ask for, or says why there is none. */
export function negotiate(
  head: RequestHead,
  enabled: readonly ProtocolName[],
  can: Capabilities,
): { readonly call: ProtocolCall } | { readonly refusal: Refusal } {
  if (head.method !== "POST")
    return { refusal: refuse(405, `use POST, not ${head.method}`, ["allow", "POST"]) };
  const value = head.headers.get("content-type") ?? "";
  const type = parseContentType(value);
  if (type === undefined)
    return { refusal: unsupportedType(`content type "${value}" is not known here`, enabled, can) };
  const framing: FramingEntry = FRAMINGS[type.framing];
  if (!enabled.includes(framing.protocol)) {
    return { refusal: unsupportedType(`protocol ${framing.protocol} is turned off here`, enabled, can) };
  }
  if (type.framing === "grpc" && !can.trailers) {
    const advice = can.grpcAdvice ?? "use HTTP/2, or gRPC-Web";
    const why = `gRPC needs HTTP trailers, which this connection does not carry: ${advice}`;
    return { refusal: unsupportedType(why, enabled, can) };
  }
  return { call: new framing.Call(type, head.headers) };
}

/** HTTP 415 with the types that would do (RFC 9110, section 15.5.16). */
export function unsupportedType(why: string, enabled: readonly ProtocolName[], can: Capabilities): Refusal {
  const usable = (Object.keys(FRAMINGS) as Framing[]).filter(
    (name) => enabled.includes(FRAMINGS[name].protocol) && (can.trailers || name !== "grpc"),
  );
  return refuse(415, `${why}; send one of: ${contentTypesOf(usable)}`, [
    "accept-post",
    contentTypesOf(usable),
  ]);
}

export function refuse(status: number, why: string, headers: HeaderList = []): Refusal {
  const plain = ["content-type", "text/plain; charset=utf-8", "x-content-type-options", "nosniff"];
  return { status, headers: [...plain, ...headers], body: new TextEncoder().encode(`${why}\n`) };
}
