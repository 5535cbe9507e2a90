import { MAX_REFUSAL_BYTES, mediaTypeOf } from "../protocol/client-protocol.ts";
import type { HeaderReader } from "../transport.ts";

/** How long it may take to come: the status is the news, its text is a courtesy. */
const PATIENCE_MS = 1000;
const READABLE_TYPES: readonly string[] = ["text/plain", "application/json"];

/** What a server, a proxy or a firewall that speaks no protocol of ours says about the request; "" for web pages. */
export async function refusalText(
  headers: HeaderReader,
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
): Promise<string> {
  if (reader === undefined || !READABLE_TYPES.includes(mediaTypeOf(headers))) return "";
  let text = "";
  const decoder = new TextDecoder();
  // Ends a read that waits.
  const timer = setTimeout(() => void reader.cancel().catch(() => {}), PATIENCE_MS);
  try {
    while (text.length < MAX_REFUSAL_BYTES) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value.subarray(0, MAX_REFUSAL_BYTES), { stream: true });
    }
  } catch {
    // What came so far will do.
  } finally {
    clearTimeout(timer);
  }
  return text.trim().slice(0, MAX_REFUSAL_BYTES);
}
