import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { PassThrough, type Readable } from "node:stream";
import { type FunctionError, parseFunctionError, responseTooLarge } from "./function-error.ts";
import { MAX_BUFFERED_RESPONSE_BYTES, MAX_STREAMED_RESPONSE_BYTES } from "./limits.ts";
import { invocationTraceId, newTraceId } from "./trace-id.ts";

/** What the caller of an invocation hands over. */
export interface InvocationRequest {
  /** The event, as JSON. */
  readonly payload: Uint8Array;
  /** Version or alias, such as "prod"; undefined: the function itself. */
  readonly qualifier?: string | undefined;
  /** JSON. */
  readonly clientContext?: string | undefined;
  readonly traceId?: string | undefined;
}

/** Undefined: there are too many invocations. */
export type Invoke = (request: InvocationRequest) => Invocation | undefined;

/** What the function made of an invocation. */
export type Outcome = BufferedOutcome | StreamedOutcome;

export interface BufferedOutcome {
  readonly kind: "buffered";
  /** JSON: the function's result, or its error. */
  readonly payload: Buffer;
  readonly error: FunctionError | undefined;
}

export interface StreamedOutcome {
  readonly kind: "streamed";
  readonly contentType: string;
  /** Ends when the function's response does, whatever the reason. Whoever leaves it early does not harm the function. */
  readonly body: Readable;
  /** Settles when the response has ended. */
  readonly error: Promise<FunctionError | undefined>;
}

/**
 * Waits for all of a response. Of a streamed one that is longer than a whole one may be there is one byte more than that,
 * which stands for all that is beyond.
 */
export async function whole(
  outcome: Outcome,
): Promise<{ readonly payload: Buffer; readonly error: FunctionError | undefined }> {
  if (outcome.kind === "buffered") return outcome;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of outcome.body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAX_BUFFERED_RESPONSE_BYTES) chunks.push(chunk);
    else chunks.length = 0;
  }
  const isWithin = bytes <= MAX_BUFFERED_RESPONSE_BYTES;
  const payload = isWithin ? Buffer.concat(chunks) : Buffer.alloc(MAX_BUFFERED_RESPONSE_BYTES + 1);
  return { payload, error: await outcome.error };
}

/** One invocation, between its caller and the process that runs it. */
export class Invocation {
  readonly id: string = randomUUID();
  readonly request: InvocationRequest;
  readonly traceId: string;
  readonly outcome: Promise<Outcome>;
  /** The response has ended, well or badly. */
  readonly ended: Promise<void>;
  /** The last 4 KB of the log, when the process is done with the invocation. */
  readonly log: Promise<string>;
  #resolve: (outcome: Outcome) => void = () => {};
  #resolveEnded: () => void = () => {};
  #resolveLog: (tail: string) => void = () => {};
  #stream:
    | { readonly body: PassThrough; readonly end: (error: FunctionError | undefined) => void }
    | undefined;
  #isOver = false;
  #failure: FunctionError | undefined;

  constructor(request: InvocationRequest) {
    this.request = request;
    this.traceId = invocationTraceId(request.traceId ?? newTraceId());
    this.outcome = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    this.log = new Promise((resolve) => {
      this.#resolveLog = resolve;
    });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** What the response ended with, if it ended badly. */
  get failure(): FunctionError | undefined {
    return this.#failure;
  }

  closeLog(tail: string): void {
    this.#resolveLog(tail);
  }

  respond(payload: Buffer): void {
    if (payload.length > MAX_BUFFERED_RESPONSE_BYTES) {
      this.fail(responseTooLarge(MAX_BUFFERED_RESPONSE_BYTES));
      return;
    }
    this.#settle({ kind: "buffered", payload, error: undefined });
  }

  /** Ends the response with an error; does nothing when it has ended. */
  fail(error: FunctionError): void {
    if (this.#stream !== undefined) this.#stream.end(error);
    else this.#settle({ kind: "buffered", payload: Buffer.from(JSON.stringify(error)), error });
  }

  #settle(outcome: BufferedOutcome): void {
    if (!this.#end(outcome.error)) return;
    this.#resolve(outcome);
  }

  #end(failure: FunctionError | undefined): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#failure = failure;
    this.#resolveEnded();
    return true;
  }

  /** Hands on a streamed response as it comes, at the pace of who reads it. */
  stream(source: IncomingMessage): void {
    if (this.#isOver || this.#stream !== undefined) {
      source.resume();
      return;
    }
    const body = new PassThrough();
    let settle: (error: FunctionError | undefined) => void = () => {};
    const error = new Promise<FunctionError | undefined>((resolve) => {
      settle = resolve;
    });
    const end = (reason: FunctionError | undefined): void => {
      if (!this.#end(reason)) return;
      source.unpipe(body);
      source.resume();
      settle(reason);
      body.end();
    };
    this.#stream = { body, end };
    // The function does not learn that nobody reads any more: the rest goes nowhere.
    body.once("close", () => source.resume());
    source.once("end", () => end(trailingError(source)));
    source.pipe(body, { end: false });
    // Behind the pipe, which may still write the chunk that is too much.
    limit(source, MAX_STREAMED_RESPONSE_BYTES, () => end(responseTooLarge(MAX_STREAMED_RESPONSE_BYTES)));
    const contentType = source.headers["content-type"] ?? "application/octet-stream";
    this.#resolve({ kind: "streamed", contentType, body, error });
  }
}

function limit(source: IncomingMessage, maxBytes: number, exceed: () => void): void {
  let bytes = 0;
  source.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes) exceed();
  });
}

/** The runtime client tells of a failure behind the body. */
function trailingError({ trailers }: IncomingMessage): FunctionError | undefined {
  const body = trailers["lambda-runtime-function-error-body"];
  const type = trailers["lambda-runtime-function-error-type"];
  if (body === undefined && type === undefined) return undefined;
  const error = parseFunctionError(Buffer.from(body ?? "", "base64").toString());
  return type === undefined ? error : { ...error, errorType: type };
}
