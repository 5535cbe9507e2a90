/** `@railhead/adapter-workers`: serves Railhead services on Cloudflare Workers. */
export { type WorkerExecutionContext, type WorkerPlatform, workerPlatform } from "./platform.ts";
export { createWorker, type Worker } from "./worker.ts";
