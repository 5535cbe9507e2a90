import zlib from "node:zlib";
import { createWorker, type Worker } from "@railhead/adapter-workers";
import { createFixture } from "@railhead/contract";
import { zlibCompression } from "@railhead/core";

/** The contract's fixture with the compressions that have no web standard. */
const worker: Worker<unknown> = createWorker(createFixture().service, {
  maxReceiveMessageBytes: 100_000,
  compression: { codecs: zlibCompression(zlib) },
});

export default worker;
