import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { type Any, anyUnpack } from "@bufbuild/protobuf/wkt";
import type { ClientCompatRequest } from "../gen/connectrpc/conformance/v1/client_compat_pb.ts";
import { StreamType } from "../gen/connectrpc/conformance/v1/config_pb.ts";
import { delay } from "../service/delay.ts";

/** The messages of a call, sent and cancelled when the test says so. */
export class Requests {
  readonly #request: ClientCompatRequest;
  readonly #controller = new AbortController();
  #sent = 0;
  #received = 0;
  #onReceived: (() => void) | undefined;

  constructor(request: ClientCompatRequest) {
    this.#request = request;
  }

  /** Cancels the call. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** How many messages were never asked for. */
  get unsent(): number {
    return this.#request.requestMessages.length - this.#sent;
  }

  /** The message of a call that sends one. */
  async single<Desc extends DescMessage>(schema: Desc): Promise<MessageShape<Desc>> {
    const [message, second] = this.#request.requestMessages;
    if (message === undefined || second !== undefined)
      throw new Error("the method takes exactly one message");
    await delay(this.#request.requestDelayMs, this.signal);
    this.#sent++;
    this.#closed();
    return unpack(message, schema);
  }

  /** The messages of a call that streams them; of a full-duplex one, each after the answer to the one before. */
  async *stream<Desc extends DescMessage>(schema: Desc): AsyncGenerator<MessageShape<Desc>> {
    const isFullDuplex = this.#request.streamType === StreamType.FULL_DUPLEX_BIDI_STREAM;
    for (const message of this.#request.requestMessages) {
      if (isFullDuplex) await this.#answers(this.#sent);
      await delay(this.#request.requestDelayMs, this.signal);
      this.#sent++;
      yield unpack(message, schema);
    }
    if (isFullDuplex) await this.#answers(this.#sent);
    if (this.#request.cancel?.cancelTiming.case === "beforeCloseSend") this.#controller.abort();
    else this.#closed();
  }

  /** Call for each response. */
  received(): void {
    this.#received++;
    this.#onReceived?.();
    const timing = this.#request.cancel?.cancelTiming;
    if (timing?.case === "afterNumResponses" && timing.value === this.#received) this.#controller.abort();
  }

  /** Nothing is left to send. */
  #closed(): void {
    const { cancel } = this.#request;
    if (cancel === undefined || cancel.cancelTiming.case === "afterNumResponses") return;
    const delayMs = cancel.cancelTiming.case === "afterCloseSendMs" ? cancel.cancelTiming.value : 0;
    setTimeout(() => this.#controller.abort(), delayMs);
  }

  async #answers(count: number): Promise<void> {
    while (this.#received < count) await new Promise<void>((resolve) => (this.#onReceived = resolve));
  }
}

function unpack<Desc extends DescMessage>(any: Any, schema: Desc): MessageShape<Desc> {
  const message = anyUnpack(any, schema);
  if (message === undefined) throw new Error(`expected ${schema.typeName}, not ${any.typeUrl}`);
  return message;
}
