/** An HTTP request of the suite. */
export interface TransportRequest {
  /** Default: "POST". */
  readonly method?: string;
  /** A name may come several times. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: Uint8Array | ReadableStream<Uint8Array>;
  readonly signal?: AbortSignal;
}

export interface TransportResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: ReadableStream<Uint8Array> | null;
  /** The body is decompressed already, as `content-encoding` says: `fetch` does that unasked. */
  readonly isDecoded?: boolean;
  /** Resolves when the body is read; empty where HTTP carried none. */
  readonly trailers: Promise<Headers>;
}

/** Sends an HTTP request; resolves at the response's headers. */
export type Transport = (url: string, request: TransportRequest) => Promise<TransportResponse>;

/** HTTP by a `fetch`, which reads no trailers. */
export function transportBy(fetch: typeof globalThis.fetch): Transport {
  return async (url, { method = "POST", headers, body, signal }) => {
    const response = await fetch(url, {
      method,
      headers: headers.map(([name, value]): [string, string] => [name, value]),
      // A request body that streams is half-duplex (Fetch standard, RequestDuplex).
      ...(body !== undefined && { body, duplex: "half" }),
      ...(signal !== undefined && { signal }),
    });
    return {
      status: response.status,
      headers: response.headers,
      body: response.body,
      isDecoded: true,
      trailers: Promise.resolve(new Headers()),
    };
  };
}

/** The platform's own `fetch`. */
export const fetchTransport: Transport = transportBy(fetch);
