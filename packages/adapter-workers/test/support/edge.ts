import { once } from "node:events";
import http from "node:http";
import http2 from "node:http2";
import type { AddressInfo } from "node:net";
import { TrailerSplitter } from "./trailer-splitter.ts";

/**
 * What Cloudflare's edge does with gRPC on its way to a Worker and back, as far as its documentation and reports tell:
 * a request of gRPC becomes one of gRPC-Web over HTTP/1.1; the response becomes gRPC again if it is a stream without
 * `content-length`, and is passed on as it is, which no gRPC client understands, if it is anything else.
 */
export class EdgeSimulator {
  readonly #server: http2.Http2Server;
  readonly #sessions = new Set<http2.ServerHttp2Session>();
  /** Why responses were not converted, in order. */
  readonly refusals: string[] = [];

  private constructor(origin: string) {
    this.#server = http2.createServer();
    this.#server.on("session", (session) => {
      this.#sessions.add(session);
      session.once("close", () => this.#sessions.delete(session));
    });
    this.#server.on("stream", (stream, headers) => this.#convert(origin, stream, headers));
  }

  /** @param origin where the Worker listens, such as "http://127.0.0.1:8787" */
  static async start(origin: string): Promise<EdgeSimulator> {
    const edge = new EdgeSimulator(origin);
    edge.#server.listen(0, "127.0.0.1");
    await once(edge.#server, "listening");
    return edge;
  }

  /** "host:port", as grpc-js wants it. */
  get address(): string {
    // A server that listens on TCP has an address with a port.
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const session of this.#sessions) session.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  #convert(origin: string, stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders): void {
    stream.on("error", () => {});
    const type = /^application\/grpc(?<codec>\+[a-z]+)?$/.exec(headers["content-type"] ?? "");
    if (type === null) {
      stream.respond({ ":status": 415 }, { endStream: true });
      return;
    }
    const upstream = http.request(`${origin}${headers[":path"]}`, {
      method: headers[":method"],
      agent: false,
      headers: {
        ...forwarded(headers),
        "content-type": `application/grpc-web${type.groups?.codec ?? ""}`,
        "accept-encoding": "br, gzip",
        "transfer-encoding": "chunked",
        "cf-ray": "230b030023ae2822-SJC",
      },
    });
    stream.pipe(upstream);
    stream.once("close", () => upstream.destroy());
    upstream.on("error", () => stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR));
    upstream.on("response", (response) => this.#answer(stream, response));
  }

  #answer(stream: http2.ServerHttp2Stream, response: http.IncomingMessage): void {
    const why = whyNotConvertible(response);
    if (why !== undefined) {
      this.refusals.push(why);
      stream.respond({ ":status": response.statusCode ?? 502, ...forwarded(response.headers) });
      response.pipe(stream);
      return;
    }
    const splitter = new TrailerSplitter();
    const type = (response.headers["content-type"] ?? "").replace("grpc-web", "grpc");
    stream.respond(
      { ":status": 200, ...forwarded(response.headers), "content-type": type },
      { waitForTrailers: true },
    );
    stream.on("wantTrailers", () => {
      const { outcome } = splitter;
      if ("trailers" in outcome) stream.sendTrailers(outcome.trailers);
      else {
        this.refusals.push(outcome.fault);
        stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR);
      }
    });
    response.on("error", () => stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR));
    response.pipe(splitter).pipe(stream);
  }
}

/** Undefined when the edge turns the response into gRPC. */
function whyNotConvertible({ statusCode, headers }: http.IncomingMessage): string | undefined {
  if (statusCode !== 200) return `HTTP status ${statusCode}`;
  const type = headers["content-type"] ?? "";
  if (!/^application\/grpc-web(\+[a-z]+)?$/.test(type)) return `content-type "${type}"`;
  if (headers["content-length"] !== undefined) return "content-length";
  if (headers["transfer-encoding"] !== "chunked") return "no transfer-encoding: chunked";
  if (headers["content-encoding"] !== undefined) return "content-encoding";
  // Compressed messages do not survive the conversion (connect-es, conformance suite for Cloudflare, 2026).
  if (headers["grpc-encoding"] !== undefined) return "grpc-encoding";
  return undefined;
}

/** Header fields that belong to one connection only, and HTTP/2's own. */
function forwarded(headers: http.IncomingHttpHeaders): http.OutgoingHttpHeaders {
  const ofConnection = /^(:.*|host|te|connection|keep-alive|transfer-encoding|content-length)$/;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ofConnection.test(name)));
}
