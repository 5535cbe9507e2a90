import http from "node:http";
import {
  create,
  type DescMessage,
  type DescMethod,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import { frameDecoderStream, frameEncoderStream, type StreamMessage } from "@railhead/core";

/** How a call ended. */
export interface Ending {
  /** gRPC's status code. */
  readonly code: number;
  readonly message: string;
}

/**
 * A gRPC-Web call over Node's HTTP client, which reads while it sends, other than `fetch`.
 */
export class GrpcWebCall<I extends DescMessage, O extends DescMessage> {
  readonly #method: DescMethod & { readonly input: I; readonly output: O };
  readonly #request: http.ClientRequest;
  readonly #messages: Promise<ReadableStreamDefaultReader<StreamMessage>>;
  readonly #encoder = frameEncoderStream();
  readonly #writer = this.#encoder.writable.getWriter();
  #ending: Ending | undefined;

  /** @param base what stands before the procedure, such as "http://127.0.0.1:8787/rooms/lobby" */
  constructor(base: string, method: DescMethod & { readonly input: I; readonly output: O }) {
    this.#method = method;
    const url = `${base}/${method.parent.typeName}/${method.name}`;
    const headers = { "content-type": "application/grpc-web+proto" };
    this.#request = http.request(url, { method: "POST", agent: false, headers });
    this.#request.flushHeaders();
    this.#messages = new Promise((resolve, reject) => {
      this.#request.once("error", reject);
      this.#request.once("response", (response) => resolve(messagesOf(response)));
    });
    void upload(this.#encoder.readable, this.#request);
  }

  /** Resolves when the response has begun. */
  async untilOpened(): Promise<void> {
    await this.#messages;
  }

  async send(message: MessageInitShape<I>): Promise<void> {
    const { input } = this.#method;
    await this.#writer.write(toBinary(input, create(input, message)));
  }

  async end(): Promise<void> {
    await this.#writer.close();
  }

  /** The next message; undefined once the call has ended. */
  async next(): Promise<MessageShape<O> | undefined> {
    const { value } = await (await this.#messages).read();
    if (value === undefined) return undefined;
    if (!value.trailers) return fromBinary(this.#method.output, value.payload);
    this.#ending = parseEnding(value.payload);
    return this.next();
  }

  /** Every message, and how the call ended. */
  async finish(): Promise<{ readonly messages: MessageShape<O>[]; readonly ending: Ending | undefined }> {
    const messages: MessageShape<O>[] = [];
    for (let message = await this.next(); message !== undefined; message = await this.next()) {
      messages.push(message);
    }
    return { messages, ending: this.#ending };
  }

  /** Cuts the connection. */
  leave(): void {
    this.#request.socket?.resetAndDestroy();
  }
}

async function upload(frames: ReadableStream<Uint8Array>, request: http.ClientRequest): Promise<void> {
  for await (const frame of frames) request.write(frame);
  request.end();
}

function messagesOf(response: http.IncomingMessage): ReadableStreamDefaultReader<StreamMessage> {
  const decoder = frameDecoderStream();
  const writer = decoder.writable.getWriter();
  const feed = async (): Promise<void> => {
    for await (const chunk of response) await writer.write(new Uint8Array(chunk));
    await writer.close();
  };
  // Whoever reads the messages learns of a response that breaks off.
  feed().catch((error: unknown) => writer.abort(error));
  return decoder.readable.getReader();
}

function parseEnding(trailers: Uint8Array): Ending {
  const text = new TextDecoder().decode(trailers);
  const field = (name: string): string | undefined =>
    new RegExp(`^${name}:(.*)$`, "m").exec(text)?.[1]?.trim();
  return { code: Number(field("grpc-status")), message: decodeURIComponent(field("grpc-message") ?? "") };
}
