import { GET_USER } from "../exchanges.ts";
import { CONNECT, GRPC_WEB } from "../wire/protocol.ts";
import type { Workload } from "./workload.ts";

const WORKERS = {
  transport: "http1",
  connections: 32,
  streams: 1,
  exchange: GET_USER,
  contenders: {
    floor: "worker-floor",
    "floor-stream": "worker-floor-stream",
    railhead: "worker-railhead",
    "connect-es": "worker-connect-es",
  },
} as const;

/** What Workers do under load, in workerd. */
export const WORKER_WORKLOADS = {
  "worker-web": { title: "unary gRPC-Web on workerd", ...WORKERS, protocol: GRPC_WEB },
  "worker-connect": { title: "unary Connect on workerd", ...WORKERS, protocol: CONNECT },
} satisfies Record<string, Workload>;
