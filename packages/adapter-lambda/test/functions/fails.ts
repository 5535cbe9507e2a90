import { setTimeout as sleep } from "node:timers/promises";
import { createLambdaHandler } from "@railhead/adapter-lambda";
import { GrpcResponse, GrpcService } from "@railhead/core";

/** Fails on its way, beyond what a service can be blamed for. */
const service = new GrpcService().registerHandler("test.Fails", {
  async handleRequest(request) {
    if (request.methodName === "Exit") process.exit(7);
    if (request.methodName === "Late") await sleep(60_000);
    return new GrpcResponse({ payload: request.payload });
  },
});

let attempts = 0;

export const handler = createLambdaHandler(() => {
  if (++attempts <= Number(process.env.FAILURES ?? 0)) throw new Error("no database");
  return service;
});

/** A handler of somebody else's: no response of HTTP. */
export const other = async (): Promise<unknown> => ({ hello: "world" });

type Stream = Parameters<typeof handler>[1];

function streaming(answer: (stream: Stream) => Promise<void>): typeof handler {
  const marked = { [Symbol.for("aws.lambda.runtime.handler.streaming")]: "response" } as never;
  return Object.assign(async (_event: unknown, stream: Stream) => answer(stream), marked);
}

/** Cuts its response off. */
export const cut: typeof handler = streaming(async (stream) => {
  stream.setContentType("application/vnd.awslambda.http-integration-response");
  stream.write(
    Buffer.from(`{"statusCode":200,"headers":{"content-type":"application/grpc-web"}}${"\0".repeat(8)}`),
  );
  await sleep(50);
  throw new RangeError("out of luck");
});

/** Streams, for as long as it is read, what has no prelude. */
export const endless: typeof handler = streaming(async (stream) => {
  for (;;) if (!stream.write(Buffer.alloc(64 * 1024, "A"))) await drained(stream);
});

function drained(stream: Stream): Promise<void> {
  return new Promise((resolve) => stream.on("drain", resolve));
}
