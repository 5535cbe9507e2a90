import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import type { HeaderList, HeaderReader } from "@railhead/core/transport";

/** Node's two views of a header block as one: the object for single look-ups, the raw list for repeated fields. */
export class NodeHeaders implements HeaderReader {
  readonly #headers: IncomingHttpHeaders;
  readonly #raw: readonly string[];

  constructor(headers: IncomingHttpHeaders, raw: readonly string[]) {
    this.#headers = headers;
    this.#raw = raw;
  }

  get(name: string): string | null {
    const value = this.#headers[name];
    if (value === undefined) return null;
    return typeof value === "string" ? value : value.join(", ");
  }

  forEach(visit: (value: string, name: string) => void): void {
    for (let at = 0; at + 1 < this.#raw.length; at += 2) {
      visit(this.#raw[at + 1] ?? "", (this.#raw[at] ?? "").toLowerCase());
    }
  }
}

/** A flat list as the object that `node:http2` takes; repeated names become arrays. */
export function headersObject(list: HeaderList | undefined, status?: number): OutgoingHttpHeaders {
  // Without a prototype: "constructor" and "__proto__" are names like any other.
  const headers: OutgoingHttpHeaders = Object.create(null);
  if (status !== undefined) headers[":status"] = status;
  if (list === undefined) return headers;
  for (let at = 0; at + 1 < list.length; at += 2) {
    const name = list[at] ?? "";
    const value = list[at + 1] ?? "";
    const before = headers[name];
    if (before === undefined) headers[name] = value;
    else headers[name] = Array.isArray(before) ? [...before, value] : [String(before), value];
  }
  return headers;
}
