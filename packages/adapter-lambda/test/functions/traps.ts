import { createLambdaHandler, lambdaPlatform } from "@railhead/adapter-lambda";
import { createFixture, fromJson, toJson } from "@railhead/contract";
import { type CallContext, type GrpcRequest, GrpcResponse } from "@railhead/core";

let finished = 0;

const METHODS: Readonly<Record<string, (fields: Record<string, unknown>, context: CallContext) => unknown>> =
  {
    Pid: () => process.pid,
    Finished: () => finished,
    /** Begins work that takes so long behind the response; 0: for ever. */
    Background: ({ ms }, context) => {
      const work = new Promise<void>((resolve) => {
        if (Number(ms) > 0) setTimeout(resolve, Number(ms));
      });
      context.waitUntil(work.then(() => finished++));
      return "begun";
    },
    /** Leading metadata of so many bytes. */
    Metadata: ({ bytes }, context) => {
      context.responseMetadata.set("x-large", "v".repeat(Number(bytes)));
      return "sent";
    },
    Platform: (_, context) => {
      const { event, context: lambda } = lambdaPlatform<Record<string, unknown>>(context);
      return { keys: Object.keys(event), peer: context.peer, functionName: lambda.functionName };
    },
  };

const { service, options } = createFixture();

service.registerHandler("test.Process", {
  handleRequest: (request: GrpcRequest, context: CallContext) => {
    const result = METHODS[request.methodName]?.(fromJson(request.payload), context);
    return new GrpcResponse({ payload: toJson({ result }) });
  },
});

service.registerHandler(
  "test.Silent",
  {
    /** Headers, and then nothing until it is told to stop. */
    async *handleStream(_, context) {
      context.sendHeaders();
      await new Promise((resolve) => context.signal.addEventListener("abort", resolve));
      yield new Uint8Array(0);
    },
  },
  { methods: { Listen: "server_streaming" } },
);

export const handler = createLambdaHandler(service, {
  ...options,
  mode: process.env.MODE === "buffered" ? "buffered" : "stream",
});
