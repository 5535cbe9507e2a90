import {
  type LambdaAnswer,
  multiValueAnswer,
  singleValueAnswer,
  statusLineAnswer,
  v2Answer,
} from "../answer/answer.ts";
import type { WholeAnswer } from "../answer/whole.ts";
import { type Fields, fieldsOf, kindOf } from "./fields.ts";
import { readAlb } from "./read-alb.ts";
import { readRest } from "./read-rest.ts";
import { readV2 } from "./read-v2.ts";
import type { EventRequest } from "./request.ts";

const MiB = 1024 * 1024;
/** Lambda quotas: "Invocation payload", of a buffered response as JSON. */
const MAX_BUFFERED_BYTES = 6 * MiB;
/** Lambda functions as targets: of the JSON that goes to a load balancer. */
const MAX_ALB_BYTES = MiB;

/** How the requests of one front end look, and what it takes for an answer. */
export interface Shape {
  readonly name:
    | "function-url"
    | "http-api"
    | "http-api-v1"
    | "rest-api"
    | "alb"
    | "alb-multi-value"
    | "invoke";
  /** For people: "... does not fit into the answer of ...". */
  readonly carrier: string;
  /** Whether it passes streamed responses on, if it is set up for that; else it takes JSON from every function. */
  readonly streams: boolean;
  /** Of a buffered answer, as JSON. */
  readonly maxAnswerBytes: number;
  /** Whether it is sure to decode a buffered answer in base64; text goes through in any case. */
  decodesAnswers(event: Fields): boolean;
  matches(event: Fields, requestContext: Fields): boolean;
  /** Throws a MalformedEvent. */
  read(event: Fields): EventRequest;
  answer(whole: WholeAnswer): LambdaAnswer;
}

/** An event and where it came from. */
export interface EventShape {
  readonly shape: Shape;
  readonly event: Fields;
}

const always = (): true => true;

/** Every front end there is; the first that matches. */
const SHAPES: readonly Shape[] = [
  {
    name: "alb-multi-value",
    carrier: "an Application Load Balancer",
    streams: false,
    maxAnswerBytes: MAX_ALB_BYTES,
    decodesAnswers: always,
    matches: (event, { elb }) =>
      fieldsOf(elb) !== undefined && fieldsOf(event.multiValueHeaders) !== undefined,
    read: readAlb,
    answer: (whole) => statusLineAnswer(multiValueAnswer(whole)),
  },
  {
    name: "alb",
    carrier: "an Application Load Balancer",
    streams: false,
    maxAnswerBytes: MAX_ALB_BYTES,
    decodesAnswers: always,
    matches: (_, { elb }) => fieldsOf(elb) !== undefined,
    read: readAlb,
    answer: (whole) => statusLineAnswer(singleValueAnswer(whole)),
  },
  {
    name: "function-url",
    carrier: "a buffered Function URL",
    streams: true,
    maxAnswerBytes: MAX_BUFFERED_BYTES,
    decodesAnswers: always,
    matches: ({ version }, { domainName }) =>
      version === "2.0" && String(domainName).includes(".lambda-url."),
    read: readV2,
    answer: v2Answer,
  },
  {
    name: "http-api",
    carrier: "an HTTP API",
    streams: false,
    maxAnswerBytes: MAX_BUFFERED_BYTES,
    decodesAnswers: always,
    matches: ({ version }, { domainName }) => version === "2.0" && typeof domainName === "string",
    read: readV2,
    answer: v2Answer,
  },
  {
    name: "invoke",
    carrier: "a buffered invocation",
    streams: true,
    maxAnswerBytes: MAX_BUFFERED_BYTES,
    decodesAnswers: always,
    matches: ({ rawPath }) => typeof rawPath === "string",
    read: readV2,
    answer: v2Answer,
  },
  {
    // An HTTP API whose integration asks for the older payload format.
    name: "http-api-v1",
    carrier: "an HTTP API",
    streams: false,
    maxAnswerBytes: MAX_BUFFERED_BYTES,
    decodesAnswers: always,
    matches: ({ version, httpMethod }) => version === "1.0" && typeof httpMethod === "string",
    read: readRest,
    answer: multiValueAnswer,
  },
  {
    name: "rest-api",
    carrier: "a REST API with buffered responses",
    streams: true,
    maxAnswerBytes: MAX_BUFFERED_BYTES,
    // It does so where it is set up for binary media types, and then hands bodies of requests over in base64 as well.
    decodesAnswers: ({ isBase64Encoded }) => isBase64Encoded === true,
    matches: ({ httpMethod }) => typeof httpMethod === "string",
    read: readRest,
    answer: multiValueAnswer,
  },
];

/**
 * The front end that an event came from.
 *
 * @throws TypeError for an event that is no HTTP request: the invocation fails then, so that queues and schedules keep
 *   what they sent
 */
export function shapeOf(event: unknown): EventShape {
  const fields = fieldsOf(event);
  if (fields === undefined) throw unknownEvent(kindOf(event));
  const requestContext = fieldsOf(fields.requestContext) ?? {};
  const shape = SHAPES.find((candidate) => candidate.matches(fields, requestContext));
  if (shape === undefined) throw unknownEvent(`an object with the keys: ${Object.keys(fields).join(", ")}`);
  return { shape, event: fields };
}

function unknownEvent(what: string): TypeError {
  return new TypeError(
    `this function serves HTTP requests from a Function URL, API Gateway, an Application Load Balancer or ` +
      `createLambdaFetch(); the event is ${what}`,
  );
}
