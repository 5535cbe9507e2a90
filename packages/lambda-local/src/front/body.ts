/** The body of a request in an event. */
export interface EventBody {
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}

/**
 * As Function URLs and HTTP APIs do it: text stays text, everything else becomes base64. Which content types are text is
 * not written down; these are the ones seen. Bytes that are no UTF-8 are never text.
 */
export function eventBody(body: Buffer, contentType: string | undefined): EventBody {
  if (body.length === 0) return { isBase64Encoded: false };
  const text = /^text\/|json|xml|javascript/i.test(contentType ?? "") ? decodeUtf8(body) : undefined;
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
