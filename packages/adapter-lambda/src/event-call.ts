import { GrpcError, GrpcStatusCode } from "@railhead/core";
import type { Capabilities, Inbound, Outbound, RequestHead, RpcServer } from "@railhead/core/transport";
import { RefusedAnswer } from "./answer/refused.ts";
import type { WholeAnswer } from "./answer/whole.ts";
import { bodyOf } from "./event/body.ts";
import { MalformedEvent } from "./event/fields.ts";
import type { EventShape } from "./event/shape.ts";
import type { Invocation } from "./invocation.ts";

const CAPABILITIES: Capabilities = {
  trailers: false,
  grpcAdvice: "no front end of Lambda passes them on, so use gRPC-Web or Connect",
};
const EMPTY = new Uint8Array(0);
/** In a list of content codings; not with the quality 0, which means never (RFC 9110, section 12.5.3). */
const GZIP = /(^|,)\s*gzip\s*(,|$|;(?!\s*q=0(\.0*)?\s*(,|$)))/i;
const PLAIN_TEXT = ["content-type", "text/plain; charset=utf-8", "x-content-type-options", "nosniff"];

/** The request half of a call, and what the response half asks of the core beside what the seam has. */
export class EventCall {
  readonly #server: RpcServer;
  readonly #from: EventShape;
  readonly #invocation: Invocation;
  #head: RequestHead | undefined;
  #inbound: Inbound | undefined;
  #isCancelled = false;

  constructor(server: RpcServer, from: EventShape, invocation: Invocation) {
    this.#server = server;
    this.#from = from;
    this.#invocation = invocation;
  }

  /**
   * Runs the call. The whole request is there, so that it is handed over at once.
   *
   * @param takesBytes false: what is text may not be made bytes by compressing the whole of it
   */
  run(out: Outbound, takesBytes = true): void {
    const { shape, event } = this.#from;
    const request = attempt(() => shape.read(event));
    if (request instanceof MalformedEvent) {
      out.respond(400, PLAIN_TEXT, [Buffer.from(`the event is malformed: ${request.message}\n`)]);
      return;
    }
    if (!takesBytes) request.headers.delete("accept-encoding");
    const body = attempt(() => bodyOf(event));
    const isBroken = body instanceof MalformedEvent;
    const { callTimeoutMs } = this.#invocation;
    this.#head = {
      ...request,
      platform: this.#invocation,
      maxTimeoutMs: callTimeoutMs,
      refusal: isBroken ? new GrpcError(GrpcStatusCode.INVALID_ARGUMENT, body.message) : undefined,
    };
    this.#feed(this.#server.accept(this.#head, out, CAPABILITIES), isBroken ? EMPTY : body);
  }

  /** Whether the client takes whole bodies by gzip. */
  get acceptsGzip(): boolean {
    return GZIP.test(this.#head?.headers.get("accept-encoding") ?? "");
  }

  drained(): void {
    this.#inbound?.drained();
  }

  /** The response gets nowhere. */
  cancel(): void {
    this.#isCancelled = true;
    this.#inbound?.cancel("connection-lost");
  }

  /** The answer that says an error in the protocol of the call, for one that cannot be carried. */
  refuse(code: GrpcStatusCode, message: string): WholeAnswer {
    const answer = new RefusedAnswer();
    if (this.#head === undefined) return answer;
    this.#server.accept({ ...this.#head, refusal: new GrpcError(code, message) }, answer, CAPABILITIES);
    return answer;
  }

  #feed(inbound: Inbound, body: Uint8Array): void {
    this.#inbound = inbound;
    if (this.#isCancelled) inbound.cancel("connection-lost");
    if (inbound.appetite === "none") return;
    inbound.receive(body);
    inbound.end();
  }
}

/** What `read` gives, or that the event is malformed. */
function attempt<T>(read: () => T): T | MalformedEvent {
  try {
    return read();
  } catch (error) {
    if (error instanceof MalformedEvent) return error;
    throw error;
  }
}
