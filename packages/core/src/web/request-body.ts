import type { Inbound } from "../transport.ts";
import type { FetchCall } from "./fetch-call.ts";

/** Feeds the body of a request to its call, no faster than the call takes it. */
export function pumpBody(request: Request, inbound: Inbound, call: FetchCall): void {
  const feeding = feed(request, inbound, call);
  // A body that breaks off means that the client is gone.
  feeding.catch(() => call.abandon());
}

async function feed(request: Request, inbound: Inbound, call: FetchCall): Promise<void> {
  const { body } = request;
  if (inbound.appetite === "none") {
    await body?.cancel();
    return;
  }
  if (inbound.appetite === "whole") {
    const bytes = new Uint8Array(await request.arrayBuffer());
    inbound.receive(bytes);
    inbound.end();
    return;
  }
  if (body !== null && !(await feedChunks(body, inbound, call))) return;
  inbound.end();
}

/** False when the call was over before the body. */
async function feedChunks(
  body: ReadableStream<Uint8Array>,
  inbound: Inbound,
  call: FetchCall,
): Promise<boolean> {
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return true;
    if (!call.isOver && !inbound.receive(value)) await call.untilResumed();
    if (call.isOver) {
      await reader.cancel();
      return false;
    }
  }
}
