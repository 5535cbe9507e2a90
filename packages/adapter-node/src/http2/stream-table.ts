import { ClosedStreams } from "./closed-streams.ts";
import { ConnectionFault, ErrorCode } from "./protocol.ts";
import type { Stream } from "./stream.ts";

/** The streams of a connection, those to come and those that were (RFC 9113, section 5.1). */
export class StreamTable {
  readonly #open = new Map<number, Stream>();
  readonly #closed = new ClosedStreams();
  /** The highest that the client has opened. */
  last = 0;
  /** What the client opens from now on is ignored: it has been told so. */
  isComplete = false;

  get size(): number {
    return this.#open.size;
  }

  get(id: number): Stream | undefined {
    return this.#open.get(id);
  }

  /** Those that are open, which may change meanwhile. */
  all(): readonly Stream[] {
    return [...this.#open.values()];
  }

  add(stream: Stream): void {
    this.#open.set(stream.id, stream);
  }

  /** @param isReset by this end */
  close(id: number, isReset: boolean): void {
    this.#open.delete(id);
    this.#closed.add(id, isReset);
  }

  /** Whether the client may not know yet that the stream is closed. */
  wasReset(id: number): boolean {
    return this.#closed.wasReset(id);
  }

  /** @throws ConnectionFault for a stream that was never opened, and a frame that only an open one can have */
  checkOpened(id: number): void {
    if (id <= this.last || this.isComplete) return;
    throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, `stream ${id} is not open`);
  }

  /**
   * Takes note of a stream that the client opens. False: it is none, and ignored.
   *
   * @throws ConnectionFault for one that cannot be (section 5.1.1)
   */
  opens(id: number): boolean {
    if (id <= this.last) {
      if (this.wasReset(id)) return false;
      const code = this.#closed.wasEnded(id) ? ErrorCode.STREAM_CLOSED : ErrorCode.PROTOCOL_ERROR;
      throw new ConnectionFault(code, `HEADERS on stream ${id}, which is not open`);
    }
    if (id % 2 === 0) throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, `stream ${id} from a client`);
    if (!this.isComplete) this.last = id;
    return !this.isComplete;
  }
}
