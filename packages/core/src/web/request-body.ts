import type { Inbound } from "../transport.ts";
import type { FetchCall } from "./fetch-call.ts";

/**
 * Bytes of a request that are read and thrown away behind its response. A runtime whose response is complete cuts a
 * connection that still sends, and the response is lost with it.
 */
const MAX_DISCARDED_BYTES = 4 * 1024 * 1024;

/** Feeds the body of a request to its call, no faster than the call takes it. */
export function pumpBody(request: Request, inbound: Inbound, call: FetchCall): void {
  // A body that breaks off means that the client is gone.
  const onBroken = (): void => {
    call.abandon();
    call.requestIsRead();
  };
  if (inbound.appetite !== "whole") {
    feed(request.body, inbound, call).catch(onBroken);
    return;
  }
  request.arrayBuffer().then((bytes) => {
    inbound.receive(new Uint8Array(bytes));
    call.requestIsRead();
    inbound.end();
  }, onBroken);
}

async function feed(
  body: ReadableStream<Uint8Array> | null,
  inbound: Inbound,
  call: FetchCall,
): Promise<void> {
  let isComplete = false;
  if (inbound.appetite !== "none") isComplete = body === null || (await feedChunks(body, inbound, call));
  else if (body !== null) await discard(body.getReader(), call);
  call.requestIsRead();
  if (isComplete) inbound.end();
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
      await discard(reader, call);
      return false;
    }
  }
}

/** Lets go of the rest of a body, and first reads it where the response waits for it. */
async function discard(reader: ReadableStreamDefaultReader<Uint8Array>, call: FetchCall): Promise<void> {
  for (let left = MAX_DISCARDED_BYTES; left > 0 && call.waitsForRequest; ) {
    const { done, value } = await reader.read();
    if (done) return;
    call.requestGoesOn();
    left -= value.length;
  }
  await reader.cancel();
}
