import { vi } from "vitest";
import type { FetchHandler } from "../../src/web/fetch-handler.ts";
import { concat, frame, type PlainFrame, splitFrames, text, utf8 } from "./bytes.ts";

// A response that never ends is a failure; better to know soon.
vi.setConfig({ testTimeout: 10_000 });

export interface WebCall {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  /** Messages to frame, or the body as it is. */
  readonly messages?: readonly Uint8Array[];
  readonly body?: BodyInit | null;
  readonly signal?: AbortSignal;
  readonly platform?: unknown;
}

/** A response of gRPC-Web, taken apart by hand. */
export interface WebAnswer {
  readonly http: number;
  readonly headers: Headers;
  readonly frames: readonly PlainFrame[];
  readonly messages: readonly Uint8Array[];
  readonly trailers: Headers;
  readonly code: number;
  readonly message: string;
}

export function webRequest(call: WebCall = {}): Request {
  const headers = new Headers({ "content-type": "application/grpc-web", ...call.headers });
  const isText = headers.get("content-type")?.includes("-text") === true;
  const framed = concat(...(call.messages ?? [new Uint8Array(0)]).map((message) => frame(message)));
  const body = isText ? utf8(Buffer.from(framed).toString("base64")) : framed;
  return new Request(`http://test${call.path ?? "/test.Service/Unary"}`, {
    method: call.method ?? "POST",
    headers,
    ...(call.method === "GET" || call.method === "OPTIONS" ? {} : { body: bodyOf(call.body, body) }),
    ...(call.signal && { signal: call.signal }),
    // Node asks for it where the body is a stream; DOM's type does not know it.
    ...{ duplex: "half" },
  });
}

function bodyOf(given: BodyInit | null | undefined, framed: Uint8Array): BodyInit | null {
  return given === undefined ? Uint8Array.from(framed) : given;
}

/** Calls and reads the whole response. */
export async function callWeb(handler: FetchHandler, call: WebCall = {}): Promise<WebAnswer> {
  return readWeb(await handler(webRequest(call), call.platform));
}

export async function readWeb(response: Response): Promise<WebAnswer> {
  const raw = new Uint8Array(await response.arrayBuffer());
  const isText = response.headers.get("content-type")?.includes("-text") === true;
  return answerOf(response, isText ? decodeSegments(text(raw)) : raw);
}

/** Throws when the body is not messages and then exactly one frame of trailers. */
export function answerOf(response: Response, body: Uint8Array): WebAnswer {
  const frames = splitFrames(body);
  const last = frames.at(-1);
  const ends = frames.filter(({ flags }) => (flags & 0x80) !== 0);
  if (last === undefined || ends.length !== 1 || ends[0] !== last) {
    throw new Error(
      `not a gRPC-Web response: HTTP ${response.status}, ${frames.length} frames, ${text(body)}`,
    );
  }
  const trailers = new Headers(
    text(last.payload)
      .split("\r\n")
      .filter((line) => line !== "")
      .map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]),
  );
  return {
    http: response.status,
    headers: response.headers,
    frames,
    messages: frames.slice(0, -1).map(({ payload }) => payload),
    trailers,
    code: Number(trailers.get("grpc-status") ?? Number.NaN),
    message: decodeURIComponent(trailers.get("grpc-message") ?? ""),
  };
}

/** Base64 in padded segments, by Node's own decoder. */
function decodeSegments(body: string): Uint8Array {
  const segments = body.match(/[^=]+={0,2}/g) ?? [];
  return concat(...segments.map((segment) => Buffer.from(segment, "base64")));
}
