import type { HeaderReader, RequestHead } from "../transport.ts";
import type { FetchOrigin, FetchTraits } from "./serve-fetch.ts";

/** The head of a web request. What calls seldom ask for is looked up when they do. */
export class FetchHead implements RequestHead, HeaderReader {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly platform: unknown;
  readonly #request: Request;
  readonly #traits: FetchTraits;
  readonly #headers: Headers;

  constructor(request: Request, origin: FetchOrigin, traits: FetchTraits) {
    // Of an absolute URL as the Fetch standard writes it: what `URL` says, without making one.
    const [url = ""] = request.url.split("#", 1);
    const pathAt = url.indexOf("/", url.indexOf("://") + 3);
    const mark = url.indexOf("?", pathAt);
    const end = mark < 0 ? url.length : mark;
    this.method = request.method;
    this.path = origin.path ?? url.slice(pathAt, end);
    this.query = url.slice(end + 1);
    this.platform = origin.platform;
    this.#request = request;
    this.#traits = traits;
    this.#headers = request.headers;
  }

  get peer(): string | undefined {
    return this.#traits.peerOf?.(this.#request);
  }

  get headers(): HeaderReader {
    return this;
  }

  get(name: string): string | null {
    if (name === "accept-encoding") {
      const own = this.#traits.acceptEncodingOf?.(this.#request);
      if (own !== undefined) return own;
    }
    if (name === "grpc-accept-encoding" && this.#traits.mayBeConverted?.(this.#request)) return null;
    return this.#headers.get(name);
  }

  forEach(visit: (value: string, name: string) => void): void {
    this.#headers.forEach(visit);
  }
}
