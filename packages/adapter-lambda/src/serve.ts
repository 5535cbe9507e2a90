import type { RpcServer } from "@railhead/core/transport";
import type { LambdaAnswer } from "./answer/answer.ts";
import { CollectedCall } from "./collected-call.ts";
import { type EventShape, shapeOf } from "./event/shape.ts";
import { EventCall } from "./event-call.ts";
import type { Invocation } from "./invocation.ts";
import type { LambdaResponseStream } from "./response-stream.ts";
import { StreamedCall } from "./streamed-call.ts";

/** Serves an invocation whose answer goes out whole. Rejects for events that are no HTTP requests. */
export async function serveBuffered(server: RpcServer, invocation: Invocation): Promise<LambdaAnswer> {
  return collect(server, shapeOf(invocation.event), invocation);
}

/**
 * Serves an invocation through a response stream, and resolves when that is sent. Rejects for events that are no HTTP
 * requests.
 */
export async function serveStreamed(
  server: RpcServer,
  invocation: Invocation,
  stream: LambdaResponseStream,
): Promise<void> {
  const from = shapeOf(invocation.event);
  // Front ends that pass no stream on read it to its end and take it for the answer.
  if (!from.shape.streams) return writeWhole(stream, await collect(server, from, invocation));
  const call = new EventCall(server, from, invocation);
  const out = new StreamedCall(stream, call);
  call.run(out);
  return out.done;
}

function collect(server: RpcServer, from: EventShape, invocation: Invocation): Promise<LambdaAnswer> {
  const call = new EventCall(server, from, invocation);
  const out = new CollectedCall(from.shape, call);
  call.run(out, from.shape.decodesAnswers(from.event));
  return out.answer;
}

function writeWhole(stream: LambdaResponseStream, answer: LambdaAnswer): Promise<void> {
  return new Promise((resolve) => {
    stream.on("error", () => {});
    stream.on("finish", resolve);
    stream.on("close", resolve);
    stream.setContentType("application/json");
    stream.write(Buffer.from(JSON.stringify(answer)));
    stream.end();
  });
}
