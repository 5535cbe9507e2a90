import { hasField } from "./fields.ts";
import type { WholeAnswer } from "./whole.ts";

/** Nothing, by gzip (RFC 1952). */
const EMPTY_GZIP: readonly number[] = [31, 139, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/**
 * A streamed response with some body. Those without one are said to have left clients of Function URLs waiting for ever:
 * https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/issues/95
 *
 * A body without a type may be any: it becomes a line break. One with a type is an empty message of Connect, of which
 * gzip makes twenty bytes; for clients that do not take gzip it stays as it is.
 */
export function neverEmpty(whole: WholeAnswer, acceptsGzip: boolean): WholeAnswer {
  const { status, headers, body } = whole;
  if (body.length > 0) return whole;
  if (!hasField(headers, "content-type")) {
    return { status: status === 204 ? 200 : status, headers, body: Uint8Array.of(10) };
  }
  if (!acceptsGzip || hasField(headers, "content-encoding")) return whole;
  return { status, headers: [...headers, "content-encoding", "gzip"], body: Uint8Array.from(EMPTY_GZIP) };
}
