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

/**
 * What nghttp2 takes for one header block, by its own reckoning (64 KiB, of which 17 are the block's and 12 each
 * field's), less what Node adds to a list of ours: ":status" and "date".
 */
const MAX_BLOCK_BYTES = 64 * 1024 - 17 - (12 + 10) - (12 + 33);

const NONE: HeaderList = [];

/** @throws RangeError for a header block that is too large: Node takes leave of the whole connection for one */
export function checkBlockSize(list: HeaderList): void {
  let bytes = 0;
  for (let at = 0; at < list.length; at++) bytes += 6 + (list[at] ?? "").length;
  if (bytes <= MAX_BLOCK_BYTES) return;
  throw new RangeError(`${bytes} bytes of headers are more than the ${MAX_BLOCK_BYTES} that HTTP/2 carries`);
}

/** A header block for `node:http2`. @throws RangeError when it is too large */
export function headerBlock(list: HeaderList = NONE, status?: number): OutgoingHttpHeaders {
  checkBlockSize(list);
  return headersObject(list, status);
}

/**
 * An object that inherits nothing: "constructor" and "__proto__" are names in it like any other. V8 makes a hash table of
 * Object.create(null), which Node copies several times slower than an object of a constructor.
 */
const HeadersObject = function HeadersObject() {} as unknown as new () => OutgoingHttpHeaders;
HeadersObject.prototype = Object.create(null);

/** A flat list as the object that Node's HTTP modules take; repeated names become arrays. */
export function headersObject(list: HeaderList, status?: number): OutgoingHttpHeaders {
  const headers = new HeadersObject();
  if (status !== undefined) headers[":status"] = status;
  for (let at = 0; at + 1 < list.length; at += 2) {
    const name = list[at] ?? "";
    const value = list[at + 1] ?? "";
    const before = headers[name];
    if (before === undefined) headers[name] = value;
    else headers[name] = Array.isArray(before) ? [...before, value] : [String(before), value];
  }
  return headers;
}
