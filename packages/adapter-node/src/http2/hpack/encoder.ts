import type { HeaderList } from "@railhead/core/transport";
import { ENTRY_BYTES, STATIC_TABLE, TABLE_BYTES } from "./static-table.ts";

/**
 * The fields that come with the same few values again and again. Others would drive these out of the table, and what is
 * secret has no business there (RFC 7541, section 7.1).
 */
const INDEXED = [
  ":status",
  "access-control-allow-credentials",
  "access-control-allow-headers",
  "access-control-allow-methods",
  "access-control-allow-origin",
  "access-control-expose-headers",
  "access-control-max-age",
  "connect-accept-encoding",
  "connect-content-encoding",
  "content-encoding",
  "content-type",
  "date",
  "grpc-accept-encoding",
  "grpc-encoding",
  "grpc-status",
  "vary",
];
/** Of fields that are indexed, what is written out all the same. */
const MAX_INDEXED_BYTES = 256;
/** An index or the length of a name, and the length of a value, with their bits of kind. */
const AROUND_BYTES = 12;
/** Two changes of the table's size. */
const RESIZE_BYTES = 12;

interface KnownName {
  /** In the static table; 0: it is not there. */
  readonly index: number;
  readonly isIndexed: boolean;
  /** The static table's indices of its values. */
  readonly values: ReadonlyMap<string, number>;
}

const NAMES: ReadonlyMap<string, KnownName> = knownNames();

interface Entry {
  readonly name: string;
  readonly value: string;
}

/** Encodes the header blocks of one connection (RFC 7541), which must be sent in the order of their encoding. */
export class HpackEncoder {
  /** Of each indexed name, its values in the dynamic table: how many entries were made before. */
  readonly #numbers = new Map<string, Map<string, number>>();
  /** The dynamic table, oldest first, from `#first` on. */
  #entries: Entry[] = [];
  #first = 0;
  /** How many entries were made and are no longer in the array. */
  #gone = 0;
  #tableBytes = 0;
  #maxTableBytes = TABLE_BYTES;
  /** The least and the last size since the last block: the next one begins with them (section 4.2). */
  #resized: { readonly least: number; readonly last: number } | undefined;
  #out: Buffer = Buffer.alloc(0);
  #at = 0;

  /** The decoder's limit on the table changed. */
  resize(bytes: number): void {
    const last = Math.min(bytes, TABLE_BYTES);
    if (last === this.#maxTableBytes && this.#resized === undefined) return;
    this.#resized = { least: Math.min(last, this.#resized?.least ?? last), last };
    this.#maxTableBytes = last;
    this.#evict();
  }

  /** More bytes than `encode` will write. @throws TypeError for what is no string: `encode` must not fail on the way */
  boundOf(list: HeaderList): number {
    let bytes = RESIZE_BYTES;
    for (let at = 0; at < list.length; at++) {
      const text: unknown = list[at];
      if (typeof text !== "string") throw new TypeError(`a header field is ${String(text)}`);
      bytes += text.length + AROUND_BYTES;
    }
    return bytes;
  }

  /** Writes a header block. @returns where it ends */
  encode(list: HeaderList, out: Buffer, at: number): number {
    this.#out = out;
    this.#at = at;
    if (this.#resized !== undefined) {
      const { least, last } = this.#resized;
      if (least < last) this.#integer(0x20, 5, least);
      this.#integer(0x20, 5, last);
      this.#resized = undefined;
    }
    for (let field = 0; field + 1 < list.length; field += 2) {
      this.#field(list[field] as string, list[field + 1] as string);
    }
    return this.#at;
  }

  #field(name: string, value: string): void {
    const known = NAMES.get(name);
    if (known?.isIndexed !== true || value.length > MAX_INDEXED_BYTES) {
      this.#literal(0x00, 4, known?.index ?? 0, name, value);
      return;
    }
    const index = known.values.get(value) ?? this.#indexOf(name, value);
    if (index !== undefined) {
      this.#integer(0x80, 7, index);
      return;
    }
    this.#literal(0x40, 6, known.index, name, value);
    this.#insert(name, value);
  }

  #indexOf(name: string, value: string): number | undefined {
    const number = this.#numbers.get(name)?.get(value);
    return number === undefined
      ? undefined
      : STATIC_TABLE.length + this.#gone + this.#entries.length - number;
  }

  #insert(name: string, value: string): void {
    const numbers = this.#numbers.get(name) ?? new Map<string, number>();
    this.#numbers.set(name, numbers);
    numbers.set(value, this.#gone + this.#entries.length);
    this.#entries.push({ name, value });
    this.#tableBytes += name.length + value.length + ENTRY_BYTES;
    this.#evict();
  }

  #evict(): void {
    while (this.#tableBytes > this.#maxTableBytes) {
      const { name, value } = this.#entries[this.#first++] as Entry;
      this.#tableBytes -= name.length + value.length + ENTRY_BYTES;
      this.#numbers.get(name)?.delete(value);
    }
    // Now and then, so that it is no work of each time.
    if (this.#first < 64) return;
    this.#entries = this.#entries.slice(this.#first);
    this.#gone += this.#first;
    this.#first = 0;
  }

  #literal(kind: number, prefixBits: number, index: number, name: string, value: string): void {
    this.#integer(kind, prefixBits, index);
    if (index === 0) this.#string(name);
    this.#string(value);
  }

  /** Section 5.1. */
  #integer(kind: number, prefixBits: number, value: number): void {
    const most = 2 ** prefixBits - 1;
    if (value < most) {
      this.#out[this.#at++] = kind | value;
      return;
    }
    this.#out[this.#at++] = kind | most;
    let rest = value - most;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.#out[this.#at++] = (rest % 128) + 128;
    this.#out[this.#at++] = rest;
  }

  /** Without Huffman's code, which would take longer than it saves: most fields are in the table. */
  #string(text: string): void {
    this.#integer(0, 7, text.length);
    this.#at += this.#out.write(text, this.#at, "latin1");
  }
}

function knownNames(): Map<string, KnownName> {
  const names = new Map<string, { index: number; isIndexed: boolean; values: Map<string, number> }>();
  for (const name of INDEXED) names.set(name, { index: 0, isIndexed: true, values: new Map() });
  STATIC_TABLE.forEach(([name, value], at) => {
    const known = names.get(name) ?? { index: 0, isIndexed: false, values: new Map() };
    names.set(name, known);
    if (known.index === 0) known.index = at + 1;
    if (value !== "") known.values.set(value, at + 1);
  });
  return names;
}
