import type { GrpcError } from "../error.ts";
import type { ProtocolCall } from "../protocol/protocol.ts";
import type { Outbound, Pieces } from "../transport.ts";
import { gatherBytes, LARGE_BYTES } from "../wire/bytes.ts";
import { FRAME_HEADER_BYTES, type Frame, framePieces, writeFrameHeader } from "../wire/frame.ts";
import type { ServerContext } from "./server-context.ts";

/** Messages are gathered up to this size and written together; larger ones go by themselves, without a copy. */
const BATCH_BYTES = FRAME_HEADER_BYTES + LARGE_BYTES;
/** The first piece of memory for batches, and how much larger each next one is: most streams are short. */
const FIRST_SLAB_BYTES = 1024;
const SLAB_GROWTH = 4;

/**
 * The response of a streaming call. Small messages that a handler gives without waiting in between go out in one
 * write, which is worth a factor of several on every platform; none waits for a timer.
 */
export class ResponseStream {
  readonly #out: Outbound;
  readonly #protocol: ProtocolCall;
  readonly #context: ServerContext;
  readonly #encoding: string | undefined;
  readonly #whenIdle: (callback: () => void) => void;
  /** Memory that batches are cut from, one behind the other. */
  #slab = new Uint8Array(0);
  /** The batch under way: where it begins in the slab and how long it is. */
  #from = 0;
  #used = 0;
  /** What came while the wire was full. */
  #waiting: Uint8Array[] = [];
  #started = false;
  #blocked = false;
  #closed = false;
  #unblock: (() => void) | undefined;
  #scheduled = false;
  /** How full the batch was when idleness was last asked for. */
  #seen = 0;

  constructor(
    out: Outbound,
    protocol: ProtocolCall,
    context: ServerContext,
    encoding: string | undefined,
    whenIdle: (callback: () => void) => void,
  ) {
    this.#out = out;
    this.#protocol = protocol;
    this.#context = context;
    this.#encoding = encoding;
    this.#whenIdle = whenIdle;
  }

  /** Gathers a message, to be sent by one of the `flush` methods. The promise, if any, resolves when the wire takes more. */
  write(frame: Frame): Promise<void> | undefined {
    const size = FRAME_HEADER_BYTES + frame.payload.length;
    if (this.#used + size > BATCH_BYTES) this.flush();
    if (size < BATCH_BYTES) this.#gather(frame, size);
    else this.#put(framePieces(frame));
    if (!this.#blocked || this.#closed) return undefined;
    return new Promise((resolve) => (this.#unblock = resolve));
  }

  /** Sends the head of the response, if that has not been done. */
  start(): void {
    if (this.#started || this.#closed) return;
    this.#started = true;
    this.#out.start(200, this.#headers());
  }

  /** The wire takes bytes again. */
  drained(): void {
    this.#blocked = false;
    const next = this.#waiting.splice(0);
    if (next.length > 0) this.#send(next);
    if (!this.#blocked) this.#release();
  }

  /** Ends the response; what is gathered goes with the end. */
  close(error: GrpcError | undefined): void {
    const trailers = this.#context.responseTrailersIfAny;
    if (error !== undefined && !this.#started && this.#used === 0) {
      const failed = this.#protocol.fail(error, this.#context.responseMetadataIfAny, trailers);
      this.stop();
      this.#out.respond(failed.status, failed.headers, failed.body, failed.trailers);
      return;
    }
    const closing = this.#protocol.close(error, trailers);
    const last = this.#last(closing.body);
    this.stop();
    if (!this.#started) {
      this.#out.respond(200, this.#headers(), last, closing.trailers);
      return;
    }
    if (last !== undefined) this.#out.write(last);
    this.#out.finish(closing.trailers);
  }

  /** Writes nothing more and lets go of a writer that waits. */
  stop(): void {
    this.#closed = true;
    this.#used = 0;
    this.#waiting = [];
    this.#release();
  }

  /** Writes what is gathered. */
  flush(): void {
    if (this.#closed || this.#used === 0) return;
    this.#put([this.#takeBatch()]);
  }

  #put(frames: Pieces): void {
    if (this.#closed) return;
    const wire = this.#protocol.wrap(frames);
    if (this.#blocked) this.#waiting.push(...wire);
    else this.#send(wire);
  }

  #send(wire: Pieces): void {
    this.start();
    // The adapter may have cancelled the call from inside.
    if (this.#closed) return;
    // Before it writes, for a wire that is full may be empty again before it has said so.
    this.#blocked = true;
    if (this.#out.write(wire)) this.#blocked = false;
  }

  #headers(): string[] {
    return this.#protocol.responseHeaders(this.#context.responseMetadataIfAny, this.#encoding);
  }

  /** The rest of the body. A wire that is full gets the protocol's own end and nothing else. */
  #last(end: Pieces = []): Pieces | undefined {
    if (this.#blocked || this.#used === 0) return end.length > 0 ? end : undefined;
    return gatherBytes([...this.#protocol.wrap([this.#takeBatch()]), ...end]);
  }

  /** Adds a message to the batch. */
  #gather({ payload, flags }: Frame, size: number): void {
    this.#makeRoom(size);
    const at = this.#from + this.#used;
    writeFrameHeader(this.#slab, at, flags, payload.length);
    this.#slab.set(payload, at + FRAME_HEADER_BYTES);
    this.#used += size;
  }

  /** Makes sure that the slab has room for so many bytes more behind the batch. */
  #makeRoom(size: number): void {
    if (this.#slab.length - this.#from - this.#used >= size) return;
    const least = Math.min(Math.max(FIRST_SLAB_BYTES, SLAB_GROWTH * this.#slab.length), BATCH_BYTES);
    const slab = new Uint8Array(Math.max(least, this.#used + size));
    slab.set(this.#slab.subarray(this.#from, this.#from + this.#used));
    this.#slab = slab;
    this.#from = 0;
  }

  #takeBatch(): Uint8Array {
    const frames = this.#slab.subarray(this.#from, this.#from + this.#used);
    this.#from += this.#used;
    this.#used = 0;
    return frames;
  }

  /** Writes what is gathered as soon as the handler waits for something. */
  flushWhenIdle(): void {
    if (this.#scheduled || this.#used === 0) return;
    this.#scheduled = true;
    this.#seen = this.#used;
    this.#whenIdle(this.#onIdle);
  }

  /** Writes the batch, unless it has grown since: more may come. */
  readonly #onIdle = (): void => {
    this.#scheduled = false;
    if (this.#used === this.#seen) this.flush();
    else this.flushWhenIdle();
  };

  #release(): void {
    this.#unblock?.();
    this.#unblock = undefined;
  }
}
