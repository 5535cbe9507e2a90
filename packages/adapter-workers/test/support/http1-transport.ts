import http from "node:http";
import type { Transport, TransportRequest, TransportResponse } from "@railhead/contract";

/** How a client leaves: it closes its socket (FIN), or cuts it (RST). */
export type Leaving = "FIN" | "RST";

/**
 * HTTP/1.1 by Node's client, which, other than `fetch`, reads a response while it still sends its request. Each
 * request has a connection of its own.
 *
 * @param leaving what an aborted signal does. workerd notices a FIN only once it reads or writes, because HTTP/1.1
 *   allows clients to close the half they send on
 */
export function http1Transport(leaving: Leaving = "RST"): Transport {
  return (url, { method = "POST", headers, body, signal }) => {
    // A flat list goes out as it is, repeated names and all; nothing is added to it.
    const fields = ["host", new URL(url).host, ...headers.flat(), ...framingOf(body)];
    const request = http.request(url, { method, agent: false, headers: fields });
    request.flushHeaders();
    const leave = (): void => {
      if (leaving === "RST") request.socket?.resetAndDestroy();
      else request.socket?.destroy();
    };
    signal?.addEventListener("abort", leave, { once: true });
    request.once("close", () => signal?.removeEventListener("abort", leave));
    const response = responseOf(request);
    void upload(request, body);
    return response;
  };
}

function framingOf(body: TransportRequest["body"]): readonly string[] {
  if (body instanceof ReadableStream) return ["transfer-encoding", "chunked"];
  return ["content-length", String(body?.length ?? 0)];
}

/** Sends a body no faster than the server takes it. A request that is over takes nothing more, which is no failure. */
async function upload(request: http.ClientRequest, body: TransportRequest["body"]): Promise<void> {
  if (!(body instanceof ReadableStream)) {
    request.end(body);
    return;
  }
  const closed = new Promise((resolve) => request.once("close", resolve));
  const reader = body.getReader();
  for (;;) {
    const step = await Promise.race([reader.read(), closed.then(() => undefined)]);
    if (step === undefined || request.destroyed) return reader.cancel();
    if (step.done) break;
    if (!request.write(step.value)) await Promise.race([untilDrained(request), closed]);
  }
  request.end();
}

function untilDrained(request: http.ClientRequest): Promise<void> {
  return new Promise((resolve) => request.once("drain", resolve));
}

function responseOf(request: http.ClientRequest): Promise<TransportResponse> {
  return new Promise((resolve, reject) => {
    request.on("error", reject);
    request.on("response", (response) => {
      const trailers = Promise.withResolvers<Headers>();
      response.once("close", () => trailers.resolve(headersOf(response.rawTrailers)));
      resolve({
        status: response.statusCode ?? 0,
        headers: headersOf(response.rawHeaders),
        body: bodyOf(response),
        trailers: trailers.promise,
      });
    });
  });
}

/** The response's body, read from the socket no faster than it is read here. */
function bodyOf(response: http.IncomingMessage): ReadableStream<Uint8Array> {
  const chunks: AsyncIterator<Buffer> = response[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const step = await chunks.next();
        if (step.done === true) controller.close();
        else controller.enqueue(new Uint8Array(step.value));
      },
      cancel: () => void response.destroy(),
    },
    { highWaterMark: 0 },
  );
}

/** A raw list as Headers, which join repeated fields. */
function headersOf(raw: readonly string[]): Headers {
  const headers = new Headers();
  for (let at = 0; at + 1 < raw.length; at += 2) headers.append(raw[at] ?? "", raw[at + 1] ?? "");
  return headers;
}
