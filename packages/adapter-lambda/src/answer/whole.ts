import type { HeaderList } from "@railhead/core/transport";

/** A response that is complete. */
export interface WholeAnswer {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Uint8Array;
}
