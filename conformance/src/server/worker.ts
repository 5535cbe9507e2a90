import zlib from "node:zlib";
import { createWorker, type Worker } from "@railhead/adapter-workers";
import { zlibCompression } from "@railhead/core";
import { json, service } from "./service.ts";

/** Set when this file is bundled: the options of a Worker cannot wait for a request. */
declare const MAX_RECEIVE_MESSAGE_BYTES: number;

const worker: Worker<unknown> = createWorker(service, {
  json,
  compression: { codecs: zlibCompression(zlib) },
  maxReceiveMessageBytes: MAX_RECEIVE_MESSAGE_BYTES,
});

export default worker;
