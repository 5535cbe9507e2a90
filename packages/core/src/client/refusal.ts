import { mediaTypeOf } from "../protocol/client-protocol.ts";
import type { HeaderReader } from "../transport.ts";

/** As much of a refusal's text as an error message takes. */
const MAX_TEXT_BYTES = 400;
const READABLE_TYPES: readonly string[] = ["text/plain", "application/json"];

/** What a server, a proxy or a firewall that speaks no protocol of ours says about the request; "" for web pages. */
export async function refusalText(
  headers: HeaderReader,
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
): Promise<string> {
  if (reader === undefined || !READABLE_TYPES.includes(mediaTypeOf(headers))) return "";
  let text = "";
  const decoder = new TextDecoder();
  try {
    while (text.length < MAX_TEXT_BYTES) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value.subarray(0, MAX_TEXT_BYTES), { stream: true });
    }
  } catch {
    // The status is the news; its text is a courtesy.
  }
  return text.trim().slice(0, MAX_TEXT_BYTES);
}
