import { appendFields } from "../metadata.ts";
import type { ClientProtocol, RequestInfo } from "../protocol/client-protocol.ts";
import { readableFrom } from "../web/readable.ts";
import { joinBytes } from "../wire/bytes.ts";
import type { CallState } from "./context.ts";
import { encodeMessage } from "./message-codec.ts";
import type { ClientMethod } from "./method.ts";
import type { ClientSettings } from "./settings.ts";

/** Longer URLs are refused by one server or another; such calls go by POST. */
const MAX_URL_CHARS = 8192;

/** What a request is made of beside its messages. */
export interface RequestParts {
  readonly method: ClientMethod;
  readonly settings: ClientSettings;
  readonly state: CallState;
  readonly protocol: ClientProtocol;
  readonly abort: AbortSignal;
}

/** The request of a call that sends one message. Throws a GrpcError. */
export async function singleRequest(parts: RequestParts, message: unknown): Promise<Request> {
  const { method, settings, protocol } = parts;
  const frame = await encodeMessage(message, method, settings);
  const info = infoOf(parts, frame.flags === 0 ? undefined : settings.compressor?.name);
  if (settings.useHttpGet && method.noSideEffects) {
    const get = protocol.getRequest?.(frame, info);
    const url = `${urlOf(parts)}?${get?.query}`;
    if (get !== undefined && url.length <= MAX_URL_CHARS) return new Request(url, initOf(parts, get.headers));
  }
  return post(parts, info, protocol.requestBody(frame));
}

/** The request of a call that streams messages, or gathers them first where streams cannot be sent. */
export async function streamRequest(
  parts: RequestParts,
  pieces: AsyncGenerator<Uint8Array, void>,
): Promise<Request> {
  const info = infoOf(parts, parts.settings.compressor?.name);
  if (parts.settings.streamRequests(parts.settings.baseUrl)) return post(parts, info, readableFrom(pieces));
  const gathered: Uint8Array[] = [];
  for await (const piece of pieces) gathered.push(piece);
  return post(parts, info, joinBytes(gathered));
}

function post(
  parts: RequestParts,
  info: RequestInfo,
  body: Uint8Array | ReadableStream<Uint8Array>,
): Request {
  // Not an empty body: undici's HTTP/2, which Node's fetch may be given, never ends a request that has one.
  const isEmpty = body instanceof Uint8Array && body.length === 0;
  return new Request(urlOf(parts), {
    method: "POST",
    // Bytes are made here, in ordinary memory, which is all that the narrower type says.
    body: isEmpty ? null : (body as Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>),
    ...initOf(parts, parts.protocol.requestHeaders(info)),
    // Browsers and Node ask for it where the body is a stream; DOM's type does not know it.
    ...{ duplex: "half" },
  });
}

/** Neither `mode` nor `credentials` nor `redirect`: runtimes of the edge refuse them. */
function initOf({ state, abort }: RequestParts, head: readonly string[]): RequestInit {
  const fields = [...head];
  appendFields(fields, state.metadata);
  const headers = new Headers();
  for (let at = 0; at + 1 < fields.length; at += 2) headers.append(fields[at] ?? "", fields[at + 1] ?? "");
  return { headers, signal: abort };
}

function urlOf({ settings, method }: RequestParts): string {
  return `${settings.baseUrl}/${method.serviceName}/${method.methodName}`;
}

function infoOf({ settings, state }: RequestParts, encoding: string | undefined): RequestInfo {
  const timeoutMs = state.timeRemainingMs();
  return {
    codec: settings.codec,
    timeoutMs: timeoutMs === Infinity ? undefined : timeoutMs,
    encoding,
    accepted: settings.codecs.map(({ name }) => name),
  };
}
