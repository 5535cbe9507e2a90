import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Any } from "@bufbuild/protobuf/wkt";
import type { CallContext } from "@railhead/core";
import type {
  ConformancePayloadSchema,
  StreamResponseDefinition,
} from "../gen/connectrpc/conformance/v1/service_pb.ts";
import { delay } from "./delay.ts";
import { onlyError, requestedError } from "./failure.ts";
import { addHeaders } from "./metadata.ts";
import { requestInfo } from "./request-info.ts";

interface StreamMessage {
  readonly payload: MessageInitShape<typeof ConformancePayloadSchema>;
}

/** The answers of a streaming call, as its first request defines them. */
export class StreamAnswer {
  readonly #context: CallContext;
  readonly #definition: StreamResponseDefinition | undefined;
  #sent = 0;
  /** Requests that no answer has echoed yet. */
  #unechoed: Any[] = [];

  constructor(definition: StreamResponseDefinition | undefined, context: CallContext) {
    this.#context = context;
    this.#definition = definition;
    if (definition === undefined) return;
    addHeaders(context.responseMetadata, definition.responseHeaders);
    addHeaders(context.responseTrailers, definition.responseTrailers);
  }

  /** Lets the client see the headers before the first message; where there is no message, they come with the end. */
  sendHeaders(): void {
    if (this.hasMore) this.#context.sendHeaders();
  }

  get hasMore(): boolean {
    return this.#sent < (this.#definition?.responseData.length ?? 0);
  }

  /** Notes a request, for the next answer to echo. */
  hear(request: Any): void {
    this.#unechoed.push(request);
  }

  /** The next answer, after the delay that was asked for. */
  async next(): Promise<StreamMessage> {
    await delay(this.#definition?.responseDelayMs ?? 0, this.#context.signal);
    const data = this.#definition?.responseData[this.#sent] ?? new Uint8Array();
    const requests = this.#unechoed;
    this.#unechoed = [];
    if (this.#sent++ === 0) return { payload: { data, requestInfo: requestInfo(this.#context, requests) } };
    return { payload: { data, ...(requests.length > 0 && { requestInfo: { requests } }) } };
  }

  /** All answers that are left, then the error, if one was asked for. */
  async *rest(): AsyncGenerator<StreamMessage> {
    while (this.hasMore) yield await this.next();
    const error = this.#definition?.error;
    if (error === undefined) return;
    throw this.#sent === 0 ? onlyError(error, this.#context, this.#unechoed) : requestedError(error);
  }
}
