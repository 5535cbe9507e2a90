import type { ServerOptions } from "@railhead/core";
import type { LambdaAnswer } from "./answer/answer.ts";
import { Invocation } from "./invocation.ts";
import type { LambdaContext } from "./lambda-context.ts";
import { type LambdaServiceSource, lambdaServer } from "./lambda-server.ts";
import type { LambdaResponseStream } from "./response-stream.ts";
import { serveBuffered, serveStreamed } from "./serve.ts";

const DEFAULT_FLUSH_MARGIN_MS = 250;
/** How a function tells AWS's runtime client that it wants a response stream; `awslambda.streamifyResponse` does no more. */
const STREAMING: unique symbol = Symbol.for("aws.lambda.runtime.handler.streaming");

/** The options of {@link createLambdaHandler}: those of every entry point, and how Lambda answers. */
export interface LambdaHandlerOptions extends ServerOptions {
  /**
   * "stream", the default: for Function URLs whose invoke mode is RESPONSE_STREAM, REST APIs whose response transfer mode is
   * STREAM, and `createLambdaFetch`. "buffered": for those in their other mode. HTTP APIs and load balancers get along
   * with either.
   */
  readonly mode?: "stream" | "buffered" | undefined;
  /**
   * Milliseconds before the function's own timeout at which calls end with DEADLINE_EXCEEDED, so that their clients still
   * get to read it. Default: 250.
   */
  readonly flushMarginMs?: number | undefined;
}

/** A handler that streams its responses. It rejects for events that are no HTTP requests. */
export interface StreamingLambdaHandler {
  (event: unknown, responseStream: LambdaResponseStream, context: LambdaContext): Promise<void>;
  readonly [STREAMING]: "response";
}

/** A handler that answers whole. It rejects for events that are no HTTP requests. */
export type BufferedLambdaHandler = (event: unknown, context: LambdaContext) => Promise<LambdaAnswer>;

/**
 * The service as a Lambda function: `export const handler = createLambdaHandler(service)`. Speaks gRPC-Web and Connect
 * behind Function URLs, API Gateway and Application Load Balancers, each in its own form, and by direct invocation.
 *
 * @param service the service, or a function that makes it, which may be asynchronous: called while the process starts
 * @throws TypeError for what is no service
 * @throws RangeError or TypeError for an option that makes no sense, naming it
 */
export function createLambdaHandler(
  service: LambdaServiceSource,
  options?: LambdaHandlerOptions & { readonly mode?: "stream" | undefined },
): StreamingLambdaHandler;
/** The service as a Lambda function that answers whole, for front ends that do not stream. */
export function createLambdaHandler(
  service: LambdaServiceSource,
  options: LambdaHandlerOptions & { readonly mode: "buffered" },
): BufferedLambdaHandler;
/** The service as a Lambda function, in a mode that is chosen when it starts. */
export function createLambdaHandler(
  service: LambdaServiceSource,
  options?: LambdaHandlerOptions,
): StreamingLambdaHandler | BufferedLambdaHandler;
export function createLambdaHandler(
  service: LambdaServiceSource,
  options: LambdaHandlerOptions = {},
): StreamingLambdaHandler | BufferedLambdaHandler {
  const { mode = "stream", flushMarginMs = DEFAULT_FLUSH_MARGIN_MS, ...serverOptions } = options;
  if (mode !== "stream" && mode !== "buffered") {
    throw new TypeError(`mode must be "stream" or "buffered", not ${JSON.stringify(mode)}`);
  }
  if (typeof flushMarginMs !== "number" || !(flushMarginMs >= 0)) {
    throw new RangeError(`flushMarginMs must be a number that is not negative, not ${String(flushMarginMs)}`);
  }
  const server = lambdaServer(service, serverOptions);
  if (mode === "buffered") {
    return async (event: unknown, context: LambdaContext): Promise<LambdaAnswer> => {
      const invocation = new Invocation(event, context, flushMarginMs);
      const answer = await serveBuffered(await server(), invocation);
      await invocation.backgroundDone();
      return answer;
    };
  }
  const handler = async (
    event: unknown,
    responseStream: LambdaResponseStream,
    context: LambdaContext,
  ): Promise<void> => {
    const invocation = new Invocation(event, context, flushMarginMs);
    await serveStreamed(await server(), invocation, responseStream);
    await invocation.backgroundDone();
  };
  return Object.assign(handler, { [STREAMING]: "response" } as const);
}
