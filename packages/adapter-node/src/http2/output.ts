import type { Socket } from "node:net";

const SLAB_BYTES = 32 * 1024;
/** Bytes from this size on are written as they are: a copy would cost more. */
const LARGE_BYTES = 8 * 1024;
/**
 * Nothing more is read from a client that leaves so much unread. Payload never comes to that, what a client can have without
 * a window does: acknowledgements, and the heads of answers.
 */
const OVERFULL_BYTES = 256 * 1024;
const SETTLED = Promise.resolve();

/**
 * The memory that frames are put together in. All connections share it, one behind the other: each has a few bytes at a
 * time, and memory outside of V8's heap is dear to get.
 */
const slab = { bytes: Buffer.allocUnsafeSlow(SLAB_BYTES), at: 0, owner: undefined as Output | undefined };

/** What a connection has to send: gathered during a turn of the event loop, written at its end. */
export class Output {
  readonly #socket: Socket;
  readonly #onWritten: () => void;
  /** What is complete; the bytes behind are in the slab. */
  #pieces: Buffer[] = [];
  /** Where they begin. */
  #from = 0;
  #gathered = 0;
  #isScheduled = false;
  #isOver = false;

  /** @param onWritten the socket has taken what there was, or has got rid of it: `isFull` may have changed */
  constructor(socket: Socket, onWritten: () => void) {
    this.#socket = socket;
    this.#onWritten = onWritten;
    socket.on("drain", onWritten);
  }

  /** Payload has to wait. Until the socket drains, or this turn is over. */
  get isFull(): boolean {
    return this.#gathered + this.#socket.writableLength >= this.#socket.writableHighWaterMark;
  }

  get isOverfull(): boolean {
    return this.#gathered + this.#socket.writableLength >= OVERFULL_BYTES;
  }

  /** The memory to write into, from where `reserve` says. */
  get buffer(): Buffer {
    return slab.bytes;
  }

  /** Makes room for so many bytes behind what there is. @returns where it begins in `buffer` */
  reserve(bytes: number): number {
    if (slab.owner !== this) {
      if (slab.owner !== undefined) slab.owner.#seal();
      this.#own();
    }
    if (slab.bytes.length - slab.at < bytes) {
      this.#seal();
      slab.bytes = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, bytes));
      slab.at = 0;
      this.#own();
    }
    const at = slab.at;
    slab.at += bytes;
    this.#gathered += bytes;
    this.#schedule();
    return at;
  }

  /** Gives back what was reserved last and is not needed. */
  unreserve(bytes: number): void {
    slab.at -= bytes;
    this.#gathered -= bytes;
  }

  /** Adds bytes, which must not change until they are written. */
  add(bytes: Uint8Array): void {
    if (bytes.length < LARGE_BYTES) {
      const at = this.reserve(bytes.length);
      slab.bytes.set(bytes, at);
      return;
    }
    this.#seal();
    this.#pieces.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    this.#gathered += bytes.length;
    this.#schedule();
  }

  /** Writes at once what there is. */
  flush(): void {
    this.#seal();
    const pieces = this.#pieces;
    const gathered = this.#gathered;
    if (pieces.length === 0) return;
    this.#pieces = [];
    this.#gathered = 0;
    if (this.#isOver) return;
    if (lengthOf(pieces) !== gathered) {
      // The frames are broken then, and the connection with them.
      this.#socket.destroy(new Error("the memory of a message is gone: a handler transferred it elsewhere"));
      return;
    }
    const socket = this.#socket;
    const corks = pieces.length > 1;
    // What is behind in the socket may stay for long, and would keep the slab.
    const isBehind = socket.writableLength > 0;
    if (corks) socket.cork();
    for (const piece of pieces) socket.write(isBehind ? withoutSlab(piece) : piece);
    if (corks) socket.uncork();
    this.#onWritten();
  }

  /** Writes what there is and closes this end of the connection; what comes behind is thrown away. */
  end(): void {
    this.flush();
    this.#isOver = true;
    this.#socket.end();
  }

  #own(): void {
    slab.owner = this;
    this.#from = slab.at;
  }

  /** Someone else writes into the slab next, or elsewhere. */
  #seal(): void {
    if (slab.owner !== this) return;
    slab.owner = undefined;
    if (slab.at > this.#from) this.#pieces.push(slab.bytes.subarray(this.#from, slab.at));
  }

  /** Behind the microtasks of this turn: what handlers answer without waiting goes out together. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    void SETTLED.then(this.#afterMicrotasks);
  }

  readonly #afterMicrotasks = (): void => process.nextTick(this.#onTurn);

  readonly #onTurn = (): void => {
    this.#isScheduled = false;
    this.flush();
  };
}

function withoutSlab(piece: Buffer): Buffer {
  if (piece.buffer.byteLength !== SLAB_BYTES) return piece;
  const copy = Buffer.allocUnsafeSlow(piece.length);
  piece.copy(copy);
  return copy;
}

function lengthOf(pieces: readonly Buffer[]): number {
  let length = 0;
  for (const piece of pieces) length += piece.length;
  return length;
}
