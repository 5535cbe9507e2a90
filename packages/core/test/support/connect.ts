import type { MethodRegistry } from "../../src/call/method.ts";
import { createServer } from "../../src/call/server.ts";
import type { CallContext } from "../../src/context.ts";
import type { AdapterOptions } from "../../src/options.ts";
import type { Inbound } from "../../src/transport.ts";
import { splitFrames, text } from "./bytes.ts";
import { MemoryOutbound } from "./outbound.ts";

export interface ConnectInit {
  readonly method?: string;
  readonly path?: string;
  readonly query?: string;
  /** Undefined leaves one of the defaults out. */
  readonly headers?: Record<string, string | undefined>;
  readonly options?: AdapterOptions;
}

/** One call of Connect, driven by hand over a seam without trailers. */
export class ConnectTestCall {
  readonly out: MemoryOutbound = new MemoryOutbound();
  readonly inbound: Inbound;

  constructor(registry: MethodRegistry, init: ConnectInit = {}) {
    const path = init.path ?? "/test.Service/Unary";
    const type = path.endsWith("Unary") ? "application/proto" : "application/connect+proto";
    const defaults = init.method === "GET" ? {} : { "content-type": type, "connect-protocol-version": "1" };
    const headers = new Headers();
    for (const [name, value] of Object.entries({ ...defaults, ...init.headers })) {
      if (value !== undefined) headers.set(name, value);
    }
    const head = { method: init.method ?? "POST", path, query: init.query ?? "", headers, peer: undefined };
    this.inbound = createServer(registry, init.options).accept(head, this.out, { trailers: false });
  }

  /** The body, in these pieces, and the whole response. */
  async finish(...body: Uint8Array[]): Promise<this> {
    for (const piece of body) this.inbound.receive(piece);
    this.inbound.end();
    await this.out.ended;
    return this;
  }

  get headers(): Headers {
    return this.out.headers;
  }

  /** The JSON of a unary error. */
  get error(): unknown {
    return JSON.parse(text(this.out.body));
  }

  /** The messages of a stream, and its end. Throws when that is not the last frame. */
  get stream(): { readonly messages: Uint8Array[]; readonly flags: number[]; readonly end: unknown } {
    const frames = splitFrames(this.out.body);
    const end = frames.pop();
    if (end?.flags !== 2 || frames.some(({ flags }) => (flags & 2) !== 0)) {
      throw new Error(`not a stream of Connect: flags ${[...frames, end].map((frame) => frame?.flags)}`);
    }
    return {
      messages: frames.map(({ payload }) => payload),
      flags: frames.map(({ flags }) => flags),
      end: JSON.parse(text(end.payload)),
    };
  }
}

/** What handlers of these tests leave in their context. */
export function setMetadata(context: CallContext): void {
  context.responseMetadata.append("x-lead", "1").append("x-lead", "2");
  context.responseTrailers.append("x-end", "3").append("x-end-bin", new Uint8Array([251, 255]));
}
