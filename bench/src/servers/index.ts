import { startConnectHttp1, startConnectHttp2 } from "./connect-es.ts";
import { startFloorHttp1 } from "./floor-http1.ts";
import { startFloorHttp2 } from "./floor-http2.ts";
import { startGrpcJs } from "./grpc-js.ts";
import type { RunningServer } from "./listen.ts";
import { startRailhead } from "./railhead.ts";

/** Every server there is to measure, by the name that its process is started with. */
export const SERVERS = {
  "floor-http2": startFloorHttp2,
  "floor-http1": startFloorHttp1,
  railhead: startRailhead,
  "grpc-js": startGrpcJs,
  "connect-http2": startConnectHttp2,
  "connect-http1": startConnectHttp1,
} satisfies Record<string, () => Promise<RunningServer>>;

export type ServerName = keyof typeof SERVERS;

export function isServerName(name: string | undefined): name is ServerName {
  return name !== undefined && Object.hasOwn(SERVERS, name);
}
