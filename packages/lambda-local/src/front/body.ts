/** The body of a request in an event. */
export interface EventBody {
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** @param isText whether it may go as it is; bytes that are no UTF-8 never do */
export function encodeBody(body: Buffer, isText: boolean): EventBody {
  const text = isText ? decodeUtf8(body) : undefined;
  return text === undefined
    ? { body: body.toString("base64"), isBase64Encoded: true }
    : { body: text, isBase64Encoded: false };
}

function decodeUtf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** @throws Error for a body that is no text */
export function decodeBody(body: unknown, isBase64Encoded: boolean): Uint8Array | string {
  if (body === undefined || body === null) return "";
  if (typeof body !== "string")
    throw new Error(`the body of the response is no string but of type ${typeof body}`);
  return isBase64Encoded ? Buffer.from(body, "base64") : body;
}
