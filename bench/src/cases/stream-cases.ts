import { downloadBytes, uploadBytes } from "../exchanges.ts";
import { GRPC } from "../wire/protocol.ts";
import type { Workload } from "./workload.ts";

const KIB = 1024;
const ONE_STREAM = { transport: "h2c", protocol: GRPC, connections: 1, streams: 1 } as const;

/** 1 GiB in messages of 16 KiB. */
export const GIB_DOWNLOAD: Workload = {
  title: "1 GiB down",
  ...ONE_STREAM,
  exchange: downloadBytes(64 * KIB, 16 * KIB),
  contenders: {
    floor: "floor-http2",
    railhead: "railhead",
    "grpc-js": "grpc-js",
    "connect-es": "connect-http2",
  },
};

/** 19 MB in messages of 64 KiB. */
export const LARGE_UPLOAD: Workload = {
  title: "19 MB up",
  ...ONE_STREAM,
  exchange: uploadBytes(290, 64 * KIB),
  contenders: {
    link: "sink",
    floor: "floor-http2",
    railhead: "railhead",
    "grpc-js": "grpc-js",
    "connect-es": "connect-http2",
  },
};
