import type { HttpAnswer, HttpHead, HttpRequest } from "./http.ts";
import type { Prelude } from "./prelude.ts";

/** One way in to a function: the event it makes of a request, and what it makes of the answer. */
export interface FrontEnd {
  readonly maxRequestBodyBytes: number;
  /** Of the function's JSON. */
  readonly maxAnswerBytes: number;
  /** How long it waits for the answer, or for the beginning of a stream; undefined: as long as the function may take. */
  readonly maxWaitMs: number | undefined;
  /** Undefined: it waits for the whole response and takes it for JSON. */
  readonly streaming: Streaming | undefined;
  eventOf(request: HttpRequest): object;
  /** Reads the function's JSON. @throws Error saying what is wrong with it */
  answerOf(result: unknown, request: HttpRequest): HttpAnswer;
  /** Of a streamed response. */
  headOf(prelude: Prelude): HttpHead;
  readonly failures: Readonly<Record<Failure, HttpAnswer>>;
}

export interface Streaming {
  /** Bytes in which a response must have told its status. */
  readonly maxPreludeBytes: number;
  /** Whether every response must begin with a prelude, those of functions that do not stream as well. */
  readonly isPreludeRequired: boolean;
}

/** Why there is no answer: how to say so differs from front end to front end. */
export type Failure =
  /** The request has too many bytes. */
  | "requestTooLarge"
  /** The function failed, or what it answered is no response. */
  | "badAnswer"
  /** The function, or its start, took too long. */
  | "timeout"
  /** There are too many invocations. */
  | "throttled";
