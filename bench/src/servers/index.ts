import type { RunningServer } from "./listen.ts";

/** A server on Node. Its modules are loaded when it starts, so that no contender carries another's. */
type Start = (setup: ServerSetup) => Promise<RunningServer>;

/** What a server does beside its common work. */
export interface ServerSetup {
  /** So many methods are registered, the last of which is GetUser. Default: those that are measured. */
  readonly methods?: number;
}

/** Every server there is to measure, by the name that its process is started with. */
export const SERVERS = {
  "floor-http2": async () => (await import("./floor-http2.ts")).startFloorHttp2(),
  "floor-tls": async () => (await import("./floor-http2.ts")).startFloorTls(),
  "floor-gzip": async () => (await import("./floor-gzip.ts")).startFloorGzip(),
  "floor-gzip-sync": async () => (await import("./floor-gzip.ts")).startFloorGzipSync(),
  "floor-http1": async () => (await import("./floor-web.ts")).startFloorHttp1(),
  "floor-web-http2": async () => (await import("./floor-web.ts")).startFloorWebHttp2(),
  railhead: async (setup) => (await import("./railhead.ts")).startRailhead(setup),
  "railhead-tls": async () => (await import("./railhead.ts")).startRailheadTls(),
  "grpc-js": async () => (await import("./grpc-js.ts")).startGrpcJs(),
  "grpc-js-tls": async () => (await import("./grpc-js.ts")).startGrpcJsTls(),
  "connect-http2": async () => (await import("./connect-es.ts")).startConnectHttp2(),
  "connect-tls": async () => (await import("./connect-es.ts")).startConnectTls(),
  "connect-http1": async () => (await import("./connect-es.ts")).startConnectHttp1(),
  sink: async () => (await import("./sink.ts")).startSink(),
} satisfies Record<string, Start>;

export type ServerName = keyof typeof SERVERS;

export function isServerName(name: string | undefined): name is ServerName {
  return name !== undefined && Object.hasOwn(SERVERS, name);
}
