import type { MethodKind } from "../context.ts";
import type { ClientProtocol } from "../protocol/client-protocol.ts";
import { ConnectStreamClient, ConnectUnaryClient } from "../protocol/connect-client.ts";
import { GrpcWebClient } from "../protocol/grpc-web-client.ts";

/** What a client can speak. */
export type ClientProtocolName = "connect" | "grpc-web" | "grpc-web-text";

interface ProtocolEntry {
  readonly unary: ClientProtocol;
  readonly streaming: ClientProtocol;
}

const connect: ProtocolEntry = { unary: new ConnectUnaryClient(), streaming: new ConnectStreamClient() };
const grpcWeb = new GrpcWebClient("grpc-web");
const grpcWebText = new GrpcWebClient("grpc-web-text");

const PROTOCOLS = {
  connect,
  "grpc-web": { unary: grpcWeb, streaming: grpcWeb },
  "grpc-web-text": { unary: grpcWebText, streaming: grpcWebText },
} satisfies Record<ClientProtocolName, ProtocolEntry>;

export function protocolFor(name: ClientProtocolName, kind: MethodKind): ClientProtocol {
  return kind === "unary" ? PROTOCOLS[name].unary : PROTOCOLS[name].streaming;
}

/** @throws TypeError for a name that is none */
export function checkedProtocol(name: ClientProtocolName = "grpc-web"): ClientProtocolName {
  if (Object.hasOwn(PROTOCOLS, name)) return name;
  throw new TypeError(`unknown protocol "${name}": use ${Object.keys(PROTOCOLS).join(", ")}`);
}
