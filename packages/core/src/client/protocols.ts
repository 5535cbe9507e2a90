import type { MethodKind } from "../context.ts";
import type { ClientProtocol } from "../protocol/client-protocol.ts";
import { ConnectStreamClient, ConnectUnaryClient } from "../protocol/connect-client.ts";
import { GrpcWebClient } from "../protocol/grpc-web-client.ts";

const NAMES = ["connect", "grpc-web", "grpc-web-text"] as const;

/** What a client can speak. */
export type ClientProtocolName = (typeof NAMES)[number];

export function protocolFor(name: ClientProtocolName, kind: MethodKind): ClientProtocol {
  if (name !== "connect") return new GrpcWebClient(name);
  return kind === "unary" ? new ConnectUnaryClient() : new ConnectStreamClient();
}

/** @throws TypeError for a name that is none */
export function checkedProtocol(name: ClientProtocolName = "grpc-web"): ClientProtocolName {
  if (NAMES.includes(name)) return name;
  throw new TypeError(`unknown protocol "${name}": use ${NAMES.join(", ")}`);
}
