import { coldStart } from "../measures/cold-start.ts";
import { memory } from "../measures/memory.ts";
import { throughput } from "../measures/throughput.ts";
import { upload } from "../measures/upload.ts";
import type { Case } from "./case.ts";
import { LAMBDA_WORKLOADS } from "./lambda-cases.ts";
import { NODE_WORKLOADS } from "./node-cases.ts";
import { GIB_DOWNLOAD, LARGE_UPLOAD } from "./stream-cases.ts";
import { WORKER_WORKLOADS } from "./worker-cases.ts";
import type { Workload } from "./workload.ts";

/** What is measured under full load, by name. */
export const WORKLOADS: Readonly<Record<string, Workload>> = {
  ...NODE_WORKLOADS,
  ...WORKER_WORKLOADS,
  ...LAMBDA_WORKLOADS,
};

const MBIT = 125_000;

/** Everything there is to measure, by name. */
export const CASES: Readonly<Record<string, Case>> = {
  ...Object.fromEntries(Object.entries(WORKLOADS).map(([name, workload]) => [name, throughput(workload)])),
  "cold-start-node": coldStart("Node process to first answer, gRPC", NODE_WORKLOADS.unary),
  "cold-start-worker": coldStart("workerd to first answer, gRPC-Web", WORKER_WORKLOADS["worker-web"]),
  "cold-start-lambda": coldStart(
    "Lambda runtime client to first answer, gRPC-Web",
    LAMBDA_WORKLOADS["lambda-web"],
  ),
  "memory-slow-reader": memory("memory in RAM while 1 GiB streams to a reader that stops", GIB_DOWNLOAD),
  "upload-100mbit": upload("19 MB up a link of 100 Mbit/s, 80 ms there and back", LARGE_UPLOAD, {
    roundTripMs: 80,
    bytesPerSecond: 100 * MBIT,
  }),
  "upload-1gbit": upload("19 MB up a link of 1 Gbit/s, 80 ms there and back", LARGE_UPLOAD, {
    roundTripMs: 80,
    bytesPerSecond: 1000 * MBIT,
  }),
};
