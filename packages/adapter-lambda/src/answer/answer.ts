import { groupFields, joinFields } from "./fields.ts";
import { formatStatusLine } from "./reason-phrase.ts";
import { wireText } from "./text.ts";
import type { WholeAnswer } from "./whole.ts";

/** A buffered answer, in the form of the front end that asked. */
export interface LambdaAnswer {
  readonly statusCode: number;
  /** Application Load Balancers: the status line, such as "200 OK". */
  readonly statusDescription?: string;
  readonly headers?: Record<string, string>;
  readonly multiValueHeaders?: Record<string, string[]>;
  /** Payload format 2.0: values of `set-cookie`. */
  readonly cookies?: string[];
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** Payload format 2.0: Function URLs and HTTP APIs. */
export function v2Answer(whole: WholeAnswer): LambdaAnswer {
  const { headers, cookies } = joinFields(whole.headers);
  return { statusCode: whole.status, headers, cookies, ...wireBody(whole) };
}

/** REST APIs, and load balancers that take multi-value headers. */
export function multiValueAnswer(whole: WholeAnswer): LambdaAnswer {
  return {
    statusCode: whole.status,
    multiValueHeaders: groupFields(whole.headers),
    ...wireBody(whole),
  };
}

/** Load balancers that take one value a header. Of several cookies they can send the last. */
export function singleValueAnswer(whole: WholeAnswer): LambdaAnswer {
  const { headers, cookies } = joinFields(whole.headers);
  const cookie = cookies.at(-1);
  if (cookie !== undefined) headers["set-cookie"] = cookie;
  return { statusCode: whole.status, headers, ...wireBody(whole) };
}

/** With the status line that load balancers want. */
export function statusLineAnswer(answer: LambdaAnswer): LambdaAnswer {
  return { ...answer, statusDescription: formatStatusLine(answer.statusCode) };
}

function wireBody({ headers, body }: WholeAnswer): Pick<LambdaAnswer, "body" | "isBase64Encoded"> {
  const text = wireText(headers, body);
  if (text !== undefined) return { body: text, isBase64Encoded: false };
  return {
    body: Buffer.from(body.buffer, body.byteOffset, body.length).toString("base64"),
    isBase64Encoded: true,
  };
}
