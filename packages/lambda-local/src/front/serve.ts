import type { IncomingMessage, ServerResponse } from "node:http";
import type { FunctionError } from "../function-error.ts";
import { type Invoke, type Outcome, whole } from "../invocation.ts";
import { MAX_REQUEST_BYTES } from "../limits.ts";
import { readBody } from "../read-body.ts";
import type { Failure, FrontEnd } from "./front-end.ts";
import { type HttpRequest, toHttpRequest } from "./http.ts";
import { parseJson } from "./json.ts";
import { send } from "./send.ts";
import { stream } from "./stream.ts";

/** Takes an HTTP request to the function and its answer back. Rejects when the client leaves before its request ends. */
export async function serve(
  front: FrontEnd,
  invoke: Invoke,
  log: (line: string) => void,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(incoming, front.maxRequestBodyBytes);
  if (body === undefined) return send(front.failures.requestTooLarge, response);
  const request = toHttpRequest(incoming, body);
  try {
    const failure = await answer(front, invoke, request, response);
    if (failure !== undefined) send(front.failures[failure], response);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log(`${request.method} ${request.path}: bad response of the function: ${reason}`);
    send(front.failures.badAnswer, response);
  }
}

/** @returns why there is no answer. @throws Error saying what is wrong with it */
async function answer(
  front: FrontEnd,
  invoke: Invoke,
  request: HttpRequest,
  response: ServerResponse,
): Promise<Failure | undefined> {
  const payload = Buffer.from(JSON.stringify(front.eventOf(request)));
  if (payload.length > MAX_REQUEST_BYTES) return "requestTooLarge";
  const invocation = invoke({ payload, traceId: request.traceId });
  if (invocation === undefined) return "throttled";
  const outcome = await inTime(invocation.outcome, front.maxWaitMs);
  if (outcome === undefined) return "timeout";
  const error =
    outcome.kind === "streamed" && front.streaming !== undefined
      ? await stream(front, front.streaming, outcome, response)
      : await answerWhole(front, request, outcome, response);
  return error && failureOf(error);
}

/** Undefined: it has not come within `maxWaitMs`. */
function inTime(outcome: Promise<Outcome>, maxWaitMs: number | undefined): Promise<Outcome | undefined> {
  if (maxWaitMs === undefined) return outcome;
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), maxWaitMs);
    void outcome.then((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}

async function answerWhole(
  front: FrontEnd,
  request: HttpRequest,
  outcome: Outcome,
  response: ServerResponse,
): Promise<FunctionError | undefined> {
  const { payload, error } = await whole(outcome);
  if (error !== undefined) return error;
  if (front.streaming?.isPreludeRequired) {
    throw new Error("it is not streamed, and this front end takes streamed responses only");
  }
  if (payload.length > front.maxAnswerBytes)
    throw new Error(`it has more than ${front.maxAnswerBytes} bytes`);
  const result = parseJson(payload.toString());
  if (result === undefined) throw new Error("it is no JSON; this front end takes no streamed responses");
  send(front.answerOf(result.value, request), response);
  return undefined;
}

function failureOf({ errorType }: FunctionError): Failure {
  return errorType === "Sandbox.Timedout" ? "timeout" : "badAnswer";
}
