import { type Exchange, GET_USER, LIST_USERS } from "./messages.ts";
import type { ServerName } from "./servers/index.ts";

/** One kind of work, and who does it. */
export interface Workload {
  readonly http: 1 | 2;
  readonly contentType: string;
  readonly exchange: Exchange;
  readonly connections: number;
  /** Calls at a time on one connection. */
  readonly streams: number;
  /** What is counted. */
  readonly unit: string;
  readonly contenders: Contenders;
}

/** The name in the results, and the server that stands behind it. */
export type Contenders = Readonly<Record<string, ServerName>>;

export const WORKLOADS = {
  unary: {
    http: 2,
    contentType: "application/grpc+proto",
    exchange: GET_USER,
    connections: 8,
    streams: 16,
    unit: "calls",
    contenders: {
      floor: "floor-http2",
      railhead: "railhead",
      "grpc-js": "grpc-js",
      "connect-es": "connect-http2",
    },
  },
  streaming: {
    http: 2,
    contentType: "application/grpc+proto",
    exchange: LIST_USERS,
    connections: 1,
    streams: 4,
    unit: "messages",
    contenders: {
      floor: "floor-http2",
      railhead: "railhead",
      "grpc-js": "grpc-js",
      "connect-es": "connect-http2",
    },
  },
  "web-unary": {
    http: 1,
    contentType: "application/grpc-web+proto",
    exchange: GET_USER,
    connections: 32,
    streams: 1,
    unit: "calls",
    contenders: { floor: "floor-http1", railhead: "railhead", "connect-es": "connect-http1" },
  },
} satisfies Record<string, Workload>;

export type WorkloadName = keyof typeof WORKLOADS;

export function isWorkloadName(name: string | undefined): name is WorkloadName {
  return name !== undefined && Object.hasOwn(WORKLOADS, name);
}
