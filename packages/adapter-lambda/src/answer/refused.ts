import type { HeaderList, Outbound, Pieces } from "@railhead/core/transport";
import type { WholeAnswer } from "./whole.ts";

/** The answer to a refused call, which comes while the core accepts it. */
export class RefusedAnswer implements Outbound, WholeAnswer {
  status = 500;
  headers: HeaderList = [];
  body: Uint8Array = new Uint8Array(0);

  respond(status: number, headers: HeaderList, body?: Pieces): void {
    this.status = status;
    this.headers = headers;
    if (body !== undefined) this.body = Buffer.concat(body);
  }

  start(): void {}

  write(): boolean {
    return true;
  }

  finish(): void {}

  resumeReading(): void {}
}
