import { GrpcError } from "../error.ts";
import type { ClientProtocol } from "../protocol/client-protocol.ts";
import { GrpcStatusCode } from "../status.ts";
import type { CallSignal } from "./call-signal.ts";
import { textOf } from "./failure.ts";
import { encodeMessage } from "./message-codec.ts";
import type { ClientMethod } from "./method.ts";
import type { ClientSettings } from "./settings.ts";

/** What a caller may stream. */
export type MessageSource<T = unknown> = AsyncIterable<T> | Iterable<T>;

/** The pieces of a streamed request's body, made as they are asked for. A source that fails ends the call. */
export async function* requestPieces(
  source: MessageSource,
  method: ClientMethod,
  settings: ClientSettings,
  protocol: ClientProtocol,
  signal: CallSignal,
): AsyncGenerator<Uint8Array, void> {
  try {
    for await (const message of source) {
      yield protocol.requestBody(await encodeMessage(message, method, settings));
    }
  } catch (error) {
    signal.end(sourceError(error));
    throw error;
  }
}

function sourceError(thrown: unknown): GrpcError {
  if (thrown instanceof GrpcError) return thrown;
  const why = `the stream of request messages failed: ${textOf(thrown)}`;
  return new GrpcError(GrpcStatusCode.CANCELLED, why, { cause: thrown });
}
