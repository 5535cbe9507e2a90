import { GET_USER } from "../exchanges.ts";
import { CONNECT, GRPC_WEB } from "../wire/protocol.ts";
import type { Workload } from "./workload.ts";

const FUNCTIONS = {
  transport: "lambda",
  connections: 1,
  streams: 1,
  exchange: GET_USER,
  contenders: { floor: "lambda-floor", railhead: "lambda-railhead", "connect-es": "lambda-connect-es" },
} as const;

/** What functions do under AWS's runtime client, one call after another. */
export const LAMBDA_WORKLOADS = {
  "lambda-web": { title: "unary gRPC-Web under the Lambda runtime client", ...FUNCTIONS, protocol: GRPC_WEB },
  "lambda-connect": {
    title: "unary Connect under the Lambda runtime client",
    ...FUNCTIONS,
    protocol: CONNECT,
  },
} satisfies Record<string, Workload>;
