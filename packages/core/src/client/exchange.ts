import { clientStreams } from "../call/method.ts";
import { GrpcError } from "../error.ts";
import type { ClientProtocol, ClientResponse, HeadFault } from "../protocol/client-protocol.ts";
import { WireFault } from "../wire/fault.ts";
import { type Frame, MAX_END_BYTES } from "../wire/frame.ts";
import type { CallSignal } from "./call-signal.ts";
import type { CallState } from "./context.ts";
import { clientError, connectionError } from "./failure.ts";
import { decodeMessage, inflate } from "./message-codec.ts";
import type { ClientMethod } from "./method.ts";
import type { CallOptions } from "./options.ts";
import { protocolFor } from "./protocols.ts";
import { refusalText } from "./refusal.ts";
import { singleRequest, streamRequest } from "./request.ts";
import { type MessageSource, requestPieces } from "./request-pieces.ts";
import type { ClientSettings } from "./settings.ts";

/** Everything a call is made of. */
export interface ClientCallParts {
  readonly method: ClientMethod;
  readonly settings: ClientSettings;
  readonly options: CallOptions;
  readonly signal: CallSignal;
  readonly state: CallState;
}

/** One request and its response. A call has one, or several where an interceptor tries again. */
export class Exchange {
  readonly #parts: ClientCallParts;
  readonly #protocol: ClientProtocol;
  /** Of this exchange alone, so that it can be given up when the call is not. */
  readonly #abort = new AbortController();
  #pieces: AsyncGenerator<Uint8Array, void> | undefined;
  /** Kept, because its signal follows ours only as long as it has not been collected. */
  #request: Request | undefined;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #isUploading = false;
  #isAnnounced = false;
  #isBodyRead = false;
  #isEnded = false;
  readonly #giveUp = (): void => {
    if (this.#request !== undefined) this.#abort.abort(this.#parts.signal.error);
    // Ends a read that waits, should the source of the body not heed the signal.
    this.#reader?.cancel().catch(() => {});
  };

  constructor(parts: ClientCallParts) {
    this.#parts = parts;
    this.#protocol = protocolFor(parts.settings.protocol, parts.method.kind);
    parts.signal.signal.addEventListener("abort", this.#giveUp);
  }

  /** Sends the request, and waits for the head of the response, to be read. Throws a GrpcError. */
  async open(input: unknown): Promise<ClientResponse> {
    const { signal, settings } = this.#parts;
    try {
      this.#request = await signal.race(this.#makeRequest(input));
      const response = await signal.race(this.#fetch(this.#request));
      this.#reader = response.body?.getReader();
      const fault = this.#protocol.checkHead(response.status, response.headers, settings.codec);
      if (fault !== undefined) throw await this.#refusal(response, fault);
      const limit = settings.maxReceiveMessageBytes;
      const opened = this.#protocol.openResponse(response.status, response.headers, limit);
      this.#announce(opened);
      return opened;
    } catch (thrown) {
      throw signal.error ?? clientError(thrown);
    }
  }

  /** The next message; undefined at the end of a call that succeeded. Throws a GrpcError. */
  async read(response: ClientResponse): Promise<unknown> {
    const { signal } = this.#parts;
    try {
      for (;;) {
        const frame = response.next();
        const message = frame && (await this.#take(response, frame));
        if (signal.error !== undefined) throw signal.error;
        if (message !== undefined) return message;
        if (frame === undefined && !(await this.#readMore(response))) return undefined;
      }
    } catch (thrown) {
      throw signal.error ?? clientError(thrown);
    }
  }

  /** Lets go of what is left of request and response. */
  close(): void {
    this.#parts.signal.signal.removeEventListener("abort", this.#giveUp);
    if (!this.#isBodyRead || this.#isUploading) this.#giveUp();
    this.#pieces?.return().catch(() => {});
  }

  #makeRequest(input: unknown): Promise<Request> {
    const { method, settings, state, signal } = this.#parts;
    const parts = { method, settings, state, protocol: this.#protocol, abort: this.#abort.signal };
    if (!clientStreams(method.kind)) return singleRequest(parts, input);
    this.#isUploading = true;
    this.#pieces = this.#upload(
      requestPieces(input as MessageSource, method, settings, this.#protocol, signal),
    );
    return streamRequest(parts, this.#pieces);
  }

  async *#upload(pieces: AsyncGenerator<Uint8Array, void>): AsyncGenerator<Uint8Array, void> {
    try {
      yield* pieces;
    } finally {
      this.#isUploading = false;
    }
  }

  async #fetch(request: Request): Promise<Response> {
    const { signal, settings } = this.#parts;
    try {
      const response = await settings.fetch(request);
      // The call may be over by now, and no one is going to read this.
      if (signal.error !== undefined) await response.body?.cancel();
      return response;
    } catch (thrown) {
      throw connectionError(thrown, `no response from ${settings.baseUrl}`);
    }
  }

  async #refusal(response: Response, fault: HeadFault): Promise<GrpcError> {
    const { code, message } = fault;
    const text = await refusalText(response.headers, this.#reader);
    return new GrpcError(code, text === "" ? message : `${message}: ${text}`, fault);
  }

  /** A message; undefined for the end. */
  async #take(response: ClientResponse, frame: Frame): Promise<unknown> {
    const { method, settings } = this.#parts;
    if (this.#isEnded) throw new WireFault("malformed", "the response goes on behind its end");
    this.#announce(response);
    const isEnd = response.isEnd(frame);
    const { codecs, maxReceiveMessageBytes } = settings;
    const limit = isEnd ? Math.max(maxReceiveMessageBytes, MAX_END_BYTES) : maxReceiveMessageBytes;
    const payload = await inflate(frame, response, codecs, limit);
    if (!isEnd) return decodeMessage(payload, method, settings);
    this.#end(response, payload);
    return undefined;
  }

  /** Takes the next bytes of the body; false when there is nothing to wait for. */
  async #readMore(response: ClientResponse): Promise<boolean> {
    // Servers may keep a response open until they have the request, which by now nobody needs.
    if (this.#isBodyRead || (this.#isEnded && this.#isUploading)) {
      if (!this.#isEnded) this.#end(response, undefined);
      return false;
    }
    const bytes = await this.#readChunk();
    if (bytes !== undefined) {
      response.push(bytes);
      return true;
    }
    if (this.#parts.signal.error !== undefined) throw this.#parts.signal.error;
    this.#isBodyRead = true;
    response.close();
    return true;
  }

  async #readChunk(): Promise<Uint8Array | undefined> {
    try {
      return (await this.#reader?.read())?.value;
    } catch (thrown) {
      throw connectionError(thrown, "the connection broke while the response was read");
    }
  }

  #announce(response: ClientResponse): void {
    const { metadata } = response;
    if (this.#isAnnounced || metadata === undefined) return;
    this.#isAnnounced = true;
    this.#parts.state.responseMetadata = metadata;
    this.#watch(this.#parts.options.onHeaders?.(metadata));
  }

  /** Callbacks are typed to give nothing, but an async function fits that type: one that fails ends the call too. */
  #watch(told: unknown): void {
    if (told instanceof Promise) told.catch((thrown) => this.#parts.signal.end(clientError(thrown)));
  }

  #end(response: ClientResponse, payload: Uint8Array | undefined): void {
    this.#isEnded = true;
    const { error, trailers } = response.decodeEnd(payload);
    this.#parts.state.responseTrailers = trailers;
    this.#watch(this.#parts.options.onTrailers?.(trailers));
    if (error !== undefined) throw error;
  }
}
