import type { GrpcError } from "../error.ts";
import type { Inbound } from "../transport.ts";
import { WireFault } from "../wire/fault.ts";
import type { Frame } from "../wire/frame.ts";
import { Call, type CallParts } from "./call.ts";
import { MessageQueue } from "./message-queue.ts";

/** A call whose request is one message: its handler runs when the request is complete. */
export class SingleRequestCall extends Call {
  readonly appetite: Inbound["appetite"];
  #frame: Frame | undefined;

  /** @param whole the announced length of the body is within the limit */
  constructor(parts: CallParts, whole: boolean) {
    super(parts);
    this.appetite = whole ? "whole" : "chunks";
  }

  protected override take(bytes: Uint8Array): boolean {
    this.reader.push(bytes);
    this.#frame ??= this.reader.next();
    if (this.#frame !== undefined && !this.reader.isEmpty) throw notOne("more than one");
    return true;
  }

  protected override complete(): void {
    this.reader.end();
    this.#frame ??= this.reader.next();
    if (this.#frame === undefined) throw notOne("none");
    const message = this.codec.read(this.#frame);
    if (!(message instanceof Promise)) this.run(message);
    else {
      message.then(
        (decoded) => this.run(decoded),
        (fault: unknown) => this.fail(fault),
      );
    }
  }

  protected override stopReading(): void {}

  protected override get isWaiting(): boolean {
    return false;
  }
}

/** A call whose request is a stream: its handler runs at once and reads messages as they come. */
export class StreamingRequestCall extends Call {
  readonly appetite = "messages";
  readonly #queue: MessageQueue;

  constructor(parts: CallParts) {
    super(parts);
    this.#queue = new MessageQueue(this.reader, this.codec, () => parts.out.resumeReading());
  }

  /** Starts the handler. */
  start(): void {
    this.run(this.#queue);
  }

  protected override take(bytes: Uint8Array): boolean {
    return this.#queue.receive(bytes);
  }

  protected override complete(): void {
    this.#queue.end();
  }

  protected override stopReading(error: GrpcError | undefined): void {
    this.#queue.stop(error);
  }

  protected override get isWaiting(): boolean {
    return this.#queue.isWaitedFor;
  }
}

/** Status codes of gRPC: a wrong number of request messages is UNIMPLEMENTED. */
function notOne(count: string): WireFault {
  return new WireFault("cardinality", `the method takes exactly one request message and got ${count}`);
}
