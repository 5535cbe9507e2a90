import type { IncomingMessage, ServerResponse } from "node:http";
import type { Outcome, StreamedOutcome } from "../invocation.ts";
import type { Lambda } from "../lambda.ts";
import { MAX_REQUEST_BYTES } from "../limits.ts";
import { readBody } from "../read-body.ts";
import type { Failure, FrontEnd } from "./front-end.ts";
import { type HttpAnswer, type HttpHead, type HttpRequest, toHttpRequest } from "./http.ts";
import { parseJson } from "./json.ts";
import { HeadReader, type Opening } from "./prelude.ts";

/** Takes one HTTP request to the function, and its answer back. */
export async function serve(
  front: FrontEnd,
  lambda: Lambda,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(incoming, front.maxBodyBytes);
  if (body === undefined) return fail(front, "requestTooLarge", response);
  const request = toHttpRequest(incoming, body);
  const payload = Buffer.from(JSON.stringify(front.eventOf(request)));
  if (payload.length > MAX_REQUEST_BYTES) return fail(front, "requestTooLarge", response);
  const outcome = await lambda.invoke({ payload });
  if (outcome === undefined) return fail(front, "throttled", response);
  try {
    await answer(front, request, outcome, response);
  } catch (error) {
    lambda.log(
      `502 for ${request.method} ${request.path}: ${error instanceof Error ? error.message : error}`,
    );
    fail(front, "badAnswer", response);
  }
}

async function answer(
  front: FrontEnd,
  request: HttpRequest,
  outcome: Outcome,
  response: ServerResponse,
): Promise<void> {
  if (outcome.kind === "streamed" && front.maxPreludeBytes !== undefined) {
    return stream(front, front.maxPreludeBytes, outcome, response);
  }
  const { payload, error } = outcome.kind === "buffered" ? outcome : await gather(outcome);
  if (error !== undefined) return fail(front, failureOf(error.errorType), response);
  const result = parseJson(payload.toString());
  if (result === undefined) throw new Error("the function's response is no JSON");
  send(front.answerOf(result.value, request), response);
}

function failureOf(errorType: string): Failure {
  return errorType === "Sandbox.Timedout" ? "timeout" : "badAnswer";
}

async function gather({
  body,
  error,
}: StreamedOutcome): Promise<{ payload: Buffer; error: Awaited<StreamedOutcome["error"]> }> {
  const chunks: Buffer[] = [];
  for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk);
  return { payload: Buffer.concat(chunks), error: await error };
}

/** Once the head is sent, an error of the function can only cut the response off. */
async function stream(
  front: FrontEnd,
  maxPreludeBytes: number,
  { contentType, body, error }: StreamedOutcome,
  response: ServerResponse,
): Promise<void> {
  const head = new HeadReader(contentType, maxPreludeBytes);
  for await (const chunk of body as AsyncIterable<Buffer>) {
    const rest = response.headersSent ? chunk : open(front, head.push(chunk), response);
    if (rest !== undefined) await write(rest, response);
    if (response.destroyed) return;
  }
  const failure = await error;
  if (failure === undefined && !response.headersSent) open(front, head.end(), response);
  if (failure === undefined) response.end();
  else if (response.headersSent) response.destroy();
  else fail(front, failureOf(failure.errorType), response);
}

/** @returns the bytes behind the head; undefined when it is not complete */
function open(front: FrontEnd, opening: Opening | undefined, response: ServerResponse): Buffer | undefined {
  if (opening === undefined) return undefined;
  writeHead(front.headOf(opening.prelude), response);
  response.flushHeaders();
  return opening.rest;
}

/** Waits until the client has room for more, or is gone. */
async function write(chunk: Buffer, response: ServerResponse): Promise<void> {
  if (chunk.length === 0 || response.write(chunk) || response.destroyed) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      response.off("drain", done).off("close", done);
      resolve();
    };
    response.on("drain", done).on("close", done);
  });
}

function fail(front: FrontEnd, failure: Failure, response: ServerResponse): void {
  if (response.headersSent) response.destroy();
  else send(front.failures[failure], response);
}

function send({ body, ...head }: HttpAnswer, response: ServerResponse): void {
  const bytes = Buffer.from(body);
  writeHead(head, response);
  if (response.statusCode !== 204 && response.statusCode !== 304) {
    response.setHeader("content-length", bytes.length);
  }
  response.end(bytes);
}

function writeHead({ status, headers }: HttpHead, response: ServerResponse): void {
  response.statusCode = status;
  for (const [name, value] of headers) response.appendHeader(name, value);
}
