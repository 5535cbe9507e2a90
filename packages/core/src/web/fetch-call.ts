import type { HeaderList, Inbound, Outbound, Pieces } from "../transport.ts";
import { joinBytes } from "../wire/bytes.ts";
import type { FetchTraits } from "./serve-fetch.ts";

/** Bytes the runtime may take ahead of the client. More than one chunk spares a round through the event loop each. */
const QUEUE_BYTES = 64 * 1024;
/**
 * Refusals wait for requests up to this long. Clients may give up one that is answered before it is sent (connect-go
 * does), and its connection with it.
 */
const SHORT_REQUEST_BYTES = 64 * 1024;
/**
 * How long a response, or its end, waits for a request that is not complete: its client may be one that has stalled, or that
 * in turn waits for that end. While a request of announced length goes on, every piece of it gives as much again.
 */
const PATIENCE_MS = 1000;

/**
 * Calls under way. Runtimes hold on to a request weakly: without this, a handler that waits for nothing but the signal
 * could become garbage with its request, and the abort would reach no one.
 */
const underWay = new Set<FetchCall>();

/** The response half of a call served by the Fetch standard. */
export class FetchCall implements Outbound {
  readonly #request: Request;
  readonly #resolve: (response: Response) => void;
  readonly #traits: FetchTraits;
  #inbound: Inbound | undefined;
  /** The request's, once it is watched. */
  #signal: AbortSignal | undefined;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #blocked = false;
  #over = false;
  #isRequestRead = false;
  /** Ends the response's body, or sends all of it, where that waits for the request's. */
  #close: (() => void) | undefined;
  #patience: ReturnType<typeof setTimeout> | undefined;
  #resume: (() => void) | undefined;
  #onAbort: (() => void) | undefined;

  constructor(request: Request, resolve: (response: Response) => void, traits: FetchTraits) {
    this.#request = request;
    this.#resolve = resolve;
    this.#traits = traits;
  }

  /** True when nothing more of the request is wanted. */
  get isOver(): boolean {
    return this.#over;
  }

  /** The response, or its end, waits for the rest of the request. */
  get waitsForRequest(): boolean {
    return !this.#isRequestRead && this.#traits.cutsUploads === true && this.#request.body !== null;
  }

  /** Call once the core has accepted; it may have answered already. */
  connect(inbound: Inbound): void {
    this.#inbound = inbound;
    if (this.#traits.isHeldByRuntime !== true) this.watch();
    if (this.#signal?.aborted === true) this.abandon();
  }

  /** On Workers, a request's signal costs more than all else that a short call needs: only those who ask for it pay. */
  watch(): void {
    if (this.#over || this.#signal !== undefined) return;
    this.#signal = this.#request.signal;
    if (this.#signal.aborted) {
      // While the core accepts the call it cannot be told yet; connect() does it then.
      if (this.#inbound !== undefined) this.abandon();
      return;
    }
    if (this.#traits.isHeldByRuntime !== true) underWay.add(this);
    this.#onAbort = () => this.abandon();
    this.#signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  respond(status: number, headers: HeaderList, body?: Pieces): void {
    this.#end();
    const send = (): void => this.#respond(status, headers, body && joinBytes(body));
    // Until the core has accepted, all it can say is a refusal. What comes later may come for lack of time.
    const isRefusal = this.#inbound === undefined;
    if (isRefusal && isShort(this.#request)) this.#afterRequest(send);
    else send();
  }

  start(status: number, headers: HeaderList): void {
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => {
          if (!this.#blocked) return;
          this.#blocked = false;
          this.#inbound?.drained();
        },
        cancel: () => this.#bodyIsGone(),
      },
      { highWaterMark: QUEUE_BYTES, size: (chunk) => chunk.byteLength },
    );
    this.#resolve(new Response(body, { status, headers: webHeaders(headers) }));
  }

  write(pieces: Pieces): boolean {
    if (this.#controller === undefined || this.#over) return false;
    for (const piece of pieces) this.#controller.enqueue(piece);
    this.#blocked = (this.#controller.desiredSize ?? 0) <= 0;
    return !this.#blocked;
  }

  finish(): void {
    this.#end();
    this.#afterRequest(() => this.#controller?.close());
  }

  /** A piece of the request came that no one wants. */
  requestGoesOn(): void {
    if (this.#close !== undefined && this.#request.headers.has("content-length")) this.#startPatience();
  }

  /** Nothing more of the request is read. Streamed responses end no sooner, and refusals of short requests wait for it. */
  requestIsRead(): void {
    this.#isRequestRead = true;
    clearTimeout(this.#patience);
    this.#close?.();
    this.#close = undefined;
  }

  resumeReading(): void {
    this.#resume?.();
    this.#resume = undefined;
  }

  /** Resolves when the core wants more of the request, or the call is over. */
  untilResumed(): Promise<void> {
    return this.#over ? Promise.resolve() : new Promise((resolve) => (this.#resume = resolve));
  }

  /** The client is gone. */
  abandon(): void {
    if (this.#over) return;
    this.#end();
    this.#inbound?.cancel("client-reset");
    if (this.#traits.endsQuietly === true && this.#signal?.aborted === true) this.#controller?.close();
    else this.#controller?.error(new Error("the client is gone"));
    this.#resolve(new Response(null, { status: 499 }));
  }

  #respond(status: number, headers: HeaderList, body: Uint8Array | undefined): void {
    // A stream can wait for the rest of the request.
    const streams = body && (this.#isConverted(status, headers) || this.waitsForRequest);
    const wire = streams ? this.#streamOf(body) : body;
    // The core makes its bodies itself, in ordinary memory, which is all that the narrower type says. "manual" tells
    // Workers that a body is compressed already where its content-encoding says so; no other runtime knows the word.
    const init = { status, headers: webHeaders(headers), encodeBody: "manual" };
    this.#resolve(new Response(wire as ReadableStream | Uint8Array<ArrayBuffer> | undefined, init));
  }

  /** Whether a proxy may turn the response into gRPC. */
  #isConverted(status: number, headers: HeaderList): boolean {
    if (status !== 200 || this.#traits.mayBeConverted?.(this.#request) !== true) return false;
    const type = headers[headers.indexOf("content-type") + 1] ?? "";
    return type.startsWith("application/grpc-web");
  }

  #streamOf(body: Uint8Array): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        controller.enqueue(body);
        this.#afterRequest(() => controller.close());
      },
      cancel: () => this.#bodyIsGone(),
    });
  }

  /** At once, where the response need not wait for the rest of the request. */
  #afterRequest(close: () => void): void {
    if (!this.waitsForRequest) {
      close();
      return;
    }
    this.#close = close;
    this.#startPatience();
  }

  #startPatience(): void {
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => this.requestIsRead(), PATIENCE_MS);
  }

  #bodyIsGone(): void {
    this.#controller = undefined;
    this.#close = undefined;
    clearTimeout(this.#patience);
    this.abandon();
  }

  #end(): void {
    this.#over = true;
    underWay.delete(this);
    // workerd keeps the request, the listener and this call as long as the listener stays.
    if (this.#onAbort !== undefined) this.#signal?.removeEventListener("abort", this.#onAbort);
    this.resumeReading();
  }
}

function isShort(request: Request): boolean {
  const announced = Number(request.headers.get("content-length"));
  return announced > 0 && announced <= SHORT_REQUEST_BYTES;
}

/** As an object, of which workerd makes a header block in half the time, unless a name comes twice. */
function webHeaders(list: HeaderList): [name: string, value: string][] | Record<string, string> {
  const pairs: [string, string][] = [];
  const fields: Record<string, string> = Object.create(null);
  for (let at = 0; at + 1 < list.length; at += 2) {
    const pair = list.slice(at, at + 2) as [string, string];
    pairs.push(pair);
    fields[pair[0]] = pair[1];
  }
  return Object.keys(fields).length < pairs.length ? pairs : fields;
}
