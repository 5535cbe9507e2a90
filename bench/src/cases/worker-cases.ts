import { GET_USER } from "../exchanges.ts";
import { CONNECT, GRPC_WEB } from "../wire/protocol.ts";
import type { Workload } from "./workload.ts";

const CONTENDERS = {
  floor: "worker-floor",
  railhead: "worker-railhead",
  "connect-es": "worker-connect-es",
} as const;

const WORKERS = {
  transport: "http1",
  connections: 32,
  streams: 1,
  exchange: GET_USER,
  contenders: CONTENDERS,
} as const;

/** What Workers do under load, in workerd. */
export const WORKER_WORKLOADS = {
  "worker-web": {
    title: "unary gRPC-Web on workerd",
    ...WORKERS,
    protocol: GRPC_WEB,
  },
  "worker-grpc": {
    title: "unary gRPC on workerd, as Cloudflare's edge converts it",
    ...WORKERS,
    protocol: GRPC_WEB,
    headers: { "cf-ray": "230b030023ae2822-SJC" },
    contenders: { ...CONTENDERS, floor: "worker-floor-stream" },
  },
  "worker-connect": { title: "unary Connect on workerd", ...WORKERS, protocol: CONNECT },
} satisfies Record<string, Workload>;
