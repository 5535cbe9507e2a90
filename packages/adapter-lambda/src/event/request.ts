import type { EventHeaders } from "./headers.ts";

/** The request in an event, without its body. */
export interface EventRequest {
  readonly method: string;
  /** "/package.Service/Method" where the front end is set up for it. */
  readonly path: string;
  /** Without "?". */
  readonly query: string;
  readonly headers: EventHeaders;
  /** Address of the client, where the front end tells. */
  readonly peer: string | undefined;
}
