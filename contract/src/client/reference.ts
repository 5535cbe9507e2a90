import { jsonFormat } from "@railhead/core";
import { createServer, type HeaderList, type Outbound, type Pieces } from "@railhead/core/transport";
import { createFixture } from "../fixture/fixture.ts";
import { concat } from "./bytes.ts";

/** A request with every byte that matters. */
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

/** A response with every byte that matters. */
export interface Transcript {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
  readonly trailers: Headers;
}

/** What core itself answers, on no platform at all. */
export function askCore({ method, path: target, headers, body }: Request): Promise<Transcript> {
  const fixture = createFixture();
  const server = createServer(fixture.service, { json: jsonFormat(), ...fixture.options });
  const [path = "", query = ""] = target.split("?");
  return new Promise((resolve) => {
    const head = {
      method,
      path,
      query,
      headers: new Headers(headers.map((pair) => [...pair])),
      peer: undefined,
    };
    const inbound = server.accept(head, new Recorder(resolve), { trailers: true });
    if (inbound.appetite !== "none" && body.length > 0) inbound.receive(body);
    inbound.end();
  });
}

/** Takes everything and keeps it. */
class Recorder implements Outbound {
  readonly #resolve: (transcript: Transcript) => void;
  readonly #body: Uint8Array[] = [];
  #status = 0;
  #headers: HeaderList = [];

  constructor(resolve: (transcript: Transcript) => void) {
    this.#resolve = resolve;
  }

  respond(status: number, headers: HeaderList, body?: Pieces, trailers?: HeaderList): void {
    this.start(status, headers);
    if (body !== undefined) this.write(body);
    this.finish(trailers);
  }

  start(status: number, headers: HeaderList): void {
    this.#status = status;
    this.#headers = headers;
  }

  write(pieces: Pieces): boolean {
    // Batches are views of memory that is used again.
    this.#body.push(concat(pieces));
    return true;
  }

  finish(trailers: HeaderList = []): void {
    this.#resolve({
      status: this.#status,
      headers: headersOf(this.#headers),
      body: concat(this.#body),
      trailers: headersOf(trailers),
    });
  }

  reset(): void {}

  resumeReading(): void {}
}

function headersOf(list: HeaderList): Headers {
  const headers = new Headers();
  for (let at = 0; at + 1 < list.length; at += 2) headers.append(list[at] ?? "", list[at + 1] ?? "");
  return headers;
}
