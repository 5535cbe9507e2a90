import { once } from "node:events";
import http2 from "node:http2";
import type { Transport, TransportRequest, TransportResponse } from "@railhead/contract";

/** A `fetch` over HTTP/2 that shows trailers: one connection for each origin, kept until `close`. */
export class H2Transport {
  readonly #sessions = new Map<string, http2.ClientHttp2Session>();
  readonly #options: http2.SecureClientSessionOptions;

  constructor(options: http2.SecureClientSessionOptions = {}) {
    this.#options = options;
  }

  readonly send: Transport = (url, { method = "POST", headers, body, signal }) => {
    const { origin, pathname, search } = new URL(url);
    const fields: Record<string, string | string[]> = { ":method": method, ":path": pathname + search };
    for (const [name, value] of headers) {
      const before = fields[name];
      fields[name] = before === undefined ? value : [before, value].flat();
    }
    // By its signal, because `stream.close()` would end the request before it resets it.
    const stream = this.#session(origin).request(fields, signal && { signal });
    const response = responseOf(stream);
    void upload(stream, body);
    return response;
  };

  close(): void {
    for (const session of this.#sessions.values()) session.destroy();
    this.#sessions.clear();
  }

  #session(origin: string): http2.ClientHttp2Session {
    const open = this.#sessions.get(origin);
    if (open !== undefined && !open.closed && !open.destroyed) return open;
    // Node counts what a reset stream had still to send against this limit for ever.
    const session = http2.connect(origin, { maxSessionMemory: 1000, ...this.#options });
    session.on("error", () => {});
    this.#sessions.set(origin, session);
    return session;
  }
}

/** Sends a body no faster than the server takes it. A stream that is over takes nothing more, which is no failure. */
async function upload(stream: http2.ClientHttp2Stream, body: TransportRequest["body"]): Promise<void> {
  if (!(body instanceof ReadableStream)) {
    stream.end(body);
    return;
  }
  const closed = new Promise((resolve) => stream.once("close", resolve));
  const reader = body.getReader();
  for (;;) {
    const step = await Promise.race([reader.read(), closed.then(() => undefined)]);
    if (step === undefined || stream.closed) return reader.cancel();
    if (step.done) break;
    if (!stream.write(step.value)) await Promise.race([once(stream, "drain"), closed]);
  }
  stream.end();
}

function responseOf(stream: http2.ClientHttp2Stream): Promise<TransportResponse> {
  return new Promise((resolve, reject) => {
    let trailers = new Headers();
    stream.on("trailers", (_fields, _flags, raw: string[]) => {
      trailers = headersOf(raw);
    });
    const done = Promise.withResolvers<Headers>();
    stream.on("error", reject);
    stream.on("close", () => {
      done.resolve(trailers);
      reject(new Error(`the stream closed with code ${stream.rstCode} before a response`));
    });
    stream.on("response", (fields, _flags, raw: string[]) => {
      const status = fields[":status"] ?? 0;
      resolve({ status, headers: headersOf(raw), body: bodyOf(stream), trailers: done.promise });
    });
  });
}

/** The response's body, read from the connection no faster than it is read here. */
function bodyOf(stream: http2.ClientHttp2Stream): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        let isOver = false;
        const end = (close: () => void) => (): void => {
          if (!isOver) close();
          isOver = true;
        };
        stream.on("data", (chunk: Buffer) => {
          if (isOver) return;
          controller.enqueue(new Uint8Array(chunk));
          if ((controller.desiredSize ?? 0) <= 0) stream.pause();
        });
        stream.on(
          "end",
          end(() => controller.close()),
        );
        stream.on(
          "aborted",
          end(() => controller.error(new Error(`reset with code ${stream.rstCode}`))),
        );
        stream.on(
          "close",
          end(() => controller.error(new Error(`closed with code ${stream.rstCode}`))),
        );
      },
      pull: () => void stream.resume(),
      cancel: () => stream.close(http2.constants.NGHTTP2_CANCEL),
    },
    { highWaterMark: 1 },
  );
}

/** A raw list as Headers, which join repeated fields. Pseudo-headers are left out. */
function headersOf(raw: readonly string[]): Headers {
  const headers = new Headers();
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at] ?? "";
    if (!name.startsWith(":")) headers.append(name, raw[at + 1] ?? "");
  }
  return headers;
}
