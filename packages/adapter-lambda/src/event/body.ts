import { type Fields, kindOf, MalformedEvent, textAt } from "./fields.ts";

const EMPTY = new Uint8Array(0);

/**
 * The body of an event. Whether it is base64 the event says, and nothing else does: content types are classified by each
 * front end in its own way.
 *
 * @throws MalformedEvent
 */
export function bodyOf(event: Fields): Uint8Array {
  const body = textAt(event, "body");
  const isBase64 = event.isBase64Encoded ?? false;
  if (typeof isBase64 !== "boolean") {
    throw new MalformedEvent(`isBase64Encoded is ${kindOf(isBase64)}, not a boolean`);
  }
  if (body === undefined || body === "") return EMPTY;
  if (!isBase64) return Buffer.from(body);
  // Buffer.from itself skips what is not in the alphabet.
  if (body.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(body)) {
    throw new MalformedEvent("isBase64Encoded is true, but the body is not base64");
  }
  return Buffer.from(body, "base64");
}
