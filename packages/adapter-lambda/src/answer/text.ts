import type { HeaderList } from "@railhead/core/transport";

const TEXT_TYPES = /^(text\/|application\/json\b|application\/grpc-web-text\b)/;
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Whether a response's content type is one of text. */
export function isTextual(headers: HeaderList): boolean {
  const at = headers.findIndex((name, index) => index % 2 === 0 && name === "content-type");
  return at >= 0 && TEXT_TYPES.test(headers[at + 1] ?? "");
}

/**
 * A body that may travel as text: a third smaller than in base64, and REST APIs that are not set up for binary types
 * pass it on as it is. Undefined for everything else.
 */
export function wireText(headers: HeaderList, body: Uint8Array): string | undefined {
  if (body.length === 0) return "";
  if (!isTextual(headers)) return undefined;
  try {
    return decoder.decode(body);
  } catch {
    // Compressed as a whole.
    return undefined;
  }
}
