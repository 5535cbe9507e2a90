import type { HttpAnswer, HttpHead, HttpRequest } from "./http.ts";
import type { Prelude } from "./prelude.ts";

/** One way in to a function: the event it makes of a request, and what it makes of the answer. */
export interface FrontEnd {
  /** Of a request's body, and of a response's. */
  readonly maxBodyBytes: number;
  /** Bytes in which a streamed response must have told its status; undefined: it waits for the whole response. */
  readonly maxPreludeBytes: number | undefined;
  eventOf(request: HttpRequest): object;
  /** Reads the function's JSON. @throws Error saying what is wrong with it */
  answerOf(result: unknown, request: HttpRequest): HttpAnswer;
  /** The head of a streamed response. */
  headOf(prelude: Prelude): HttpHead;
  readonly failures: Readonly<Record<Failure, HttpAnswer>>;
}

/** Why there is no answer: how each front end says so is its own. */
export type Failure =
  /** The request has too many bytes. */
  | "requestTooLarge"
  /** The function failed, or what it answered is no response. */
  | "badAnswer"
  /** The function took too long. */
  | "timeout"
  /** There are too many invocations. */
  | "throttled";
