import { GrpcStatusCode } from "@railhead/core";
import type { HeaderList, Outbound, Pieces } from "@railhead/core/transport";
import type { LambdaAnswer } from "./answer/answer.ts";
import { isTextual } from "./answer/text.ts";
import type { WholeAnswer } from "./answer/whole.ts";
import type { Shape } from "./event/shape.ts";
import type { EventCall } from "./event-call.ts";

/** The response half of a call whose answer goes out whole. It holds no more than fits into one. */
export class CollectedCall implements Outbound {
  readonly answer: Promise<LambdaAnswer>;
  readonly #shape: Shape;
  readonly #call: EventCall;
  readonly #settled = Promise.withResolvers<LambdaAnswer>();
  #status = 200;
  #headers: HeaderList = [];
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  #isOver = false;

  constructor(shape: Shape, call: EventCall) {
    this.#shape = shape;
    this.#call = call;
    this.answer = this.#settled.promise;
  }

  respond(status: number, headers: HeaderList, body: Pieces = []): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const answer = this.#fitted({ status, headers, body: Buffer.concat(body) });
    this.#settled.resolve(answer ?? this.#shape.answer(this.#tooLarge()));
  }

  start(status: number, headers: HeaderList): void {
    this.#status = status;
    this.#headers = headers;
  }

  write(pieces: Pieces): boolean {
    if (this.#isOver) return false;
    for (const piece of pieces) {
      this.#bytes += piece.length;
      this.#chunks.push(piece);
    }
    if (this.#isWithin(this.#bytes, this.#headers)) return true;
    this.#isOver = true;
    this.#chunks = [];
    this.#settled.resolve(this.#shape.answer(this.#tooLarge()));
    this.#call.cancel();
    return false;
  }

  finish(): void {
    this.respond(this.#status, this.#headers, this.#chunks);
  }

  resumeReading(): void {}

  /** Undefined for an answer that does not fit. */
  #fitted(whole: WholeAnswer): LambdaAnswer | undefined {
    if (!this.#isWithin(whole.body.length, whole.headers)) return undefined;
    const answer = this.#shape.answer(whole);
    const { body, ...head } = answer;
    // Base64 is its own form in JSON; other text is measured with its escapes, where it may come near the limit.
    const isLong = !answer.isBase64Encoded && body.length * 6 > this.#shape.maxAnswerBytes;
    const bodyBytes = isLong ? Buffer.byteLength(JSON.stringify(body)) : body.length;
    const headBytes = Buffer.byteLength(JSON.stringify({ ...head, body: "" }));
    return headBytes + bodyBytes <= this.#shape.maxAnswerBytes ? answer : undefined;
  }

  #isWithin(bytes: number, headers: HeaderList): boolean {
    return (isTextual(headers) ? bytes : Math.ceil(bytes / 3) * 4) <= this.#shape.maxAnswerBytes;
  }

  #tooLarge(): WholeAnswer {
    const { carrier, maxAnswerBytes } = this.#shape;
    return this.#call.refuse(
      GrpcStatusCode.RESOURCE_EXHAUSTED,
      `the response does not fit into the answer of ${carrier}: ${maxAnswerBytes} bytes as JSON, its body in base64; ` +
        "send less at a time, or stream through a Function URL or a REST API",
    );
  }
}
