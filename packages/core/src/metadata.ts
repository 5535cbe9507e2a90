import { decodeBase64, encodeBase64, encodeUnpaddedBase64 } from "./wire/base64.ts";
import { isAsciiValue, isBinaryKey, isMetadataKey, isReservedKey } from "./wire/field.ts";

/** A metadata value: text, or bytes under keys that end in "-bin". */
export type MetadataValue = string | Uint8Array;

/** What {@link Metadata} can be made from: a record, pairs, or other metadata. */
export type MetadataInit =
  | Readonly<Record<string, MetadataValue | readonly MetadataValue[]>>
  | Iterable<readonly [string, MetadataValue]>
  | ReadonlyMetadata;

/** Metadata that can be read and not changed: that of a request. */
export interface ReadonlyMetadata extends Iterable<[string, MetadataValue]> {
  /** Number of entries; a key with two values counts twice. */
  readonly size: number;
  /** The text under a key, several values joined with ", ". Throws a TypeError for "-bin" keys. */
  get(key: string): string | undefined;
  /** All texts under a key, in order. Throws a TypeError for "-bin" keys. */
  getAll(key: string): string[];
  /** The first bytes under a "-bin" key. Throws a TypeError for other keys. */
  getBinary(key: string): Uint8Array | undefined;
  /** All bytes under a "-bin" key, in order. Throws a TypeError for other keys. */
  getAllBinary(key: string): Uint8Array[];
  has(key: string): boolean;
  /** The distinct keys, in order of first appearance. */
  keys(): string[];
  /** Keys to values, "-bin" values as base64; several values of a key become an array. */
  toJSON(): Record<string, string | string[]>;
}

type Entry = readonly [key: string, value: MetadataValue];

/** Friends of the class: ways in for this module alone. */
let entriesOf: (metadata: Metadata) => Entry[];
let isReadonly: (metadata: Metadata) => boolean;
let seal: (metadata: Metadata) => ReadonlyMetadata;

/**
 * The headers or trailers of a call, much like the web's `Headers`. Keys are case-insensitive and kept in lower
 * case; a key may have several values. Keys that end in "-bin" hold `Uint8Array`, all others printable ASCII text.
 *
 * Bad keys and values throw a TypeError at once, and so do keys that belong to the protocol, such as `grpc-status` and
 * `content-type`. The rules are those of gRPC over HTTP/2, "Custom-Metadata".
 */
export class Metadata implements ReadonlyMetadata {
  #entries: Entry[] = [];
  #readonly = false;

  static {
    entriesOf = (metadata) => metadata.#entries;
    isReadonly = (metadata) => metadata.#readonly;
    seal = (metadata) => {
      metadata.#readonly = true;
      return metadata;
    };
  }

  constructor(init?: MetadataInit) {
    if (init === undefined) return;
    for (const [key, value] of isIterable(init) ? init : Object.entries(init)) {
      for (const one of isList(value) ? value : [value]) this.append(key, one);
    }
  }

  get size(): number {
    return this.#entries.length;
  }

  get(key: string): string | undefined {
    const values = this.getAll(key);
    return values.length === 0 ? undefined : values.join(", ");
  }

  getAll(key: string): string[] {
    return this.#valuesOf(key, false).filter(isText);
  }

  getBinary(key: string): Uint8Array | undefined {
    return this.getAllBinary(key)[0];
  }

  getAllBinary(key: string): Uint8Array[] {
    return this.#valuesOf(key, true).filter(isBytes);
  }

  has(key: string): boolean {
    const name = key.toLowerCase();
    return this.#entries.some((entry) => entry[0] === name);
  }

  keys(): string[] {
    return [...new Set(this.#entries.map(([key]) => key))];
  }

  /** Replaces all values of a key. */
  set(key: string, value: MetadataValue): this {
    const entry = this.#checkedEntry(key, value);
    this.delete(entry[0]);
    this.#entries.push(entry);
    return this;
  }

  /** Adds a value to those a key has. */
  append(key: string, value: MetadataValue): this {
    this.#entries.push(this.#checkedEntry(key, value));
    return this;
  }

  /** Removes a key; true when it was there. */
  delete(key: string): boolean {
    this.#checkWritable();
    const name = key.toLowerCase();
    const before = this.size;
    this.#entries = this.#entries.filter((entry) => entry[0] !== name);
    return this.size < before;
  }

  *[Symbol.iterator](): IterableIterator<[string, MetadataValue]> {
    for (const [key, value] of this.#entries) yield [key, value];
  }

  toJSON(): Record<string, string | string[]> {
    return Object.fromEntries(
      this.keys().map((key) => {
        const texts = this.#entries
          .filter(([name]) => name === key)
          .map(([, value]) => (typeof value === "string" ? value : encodeBase64(value)));
        return [key, texts.length > 1 ? texts : texts.join()];
      }),
    );
  }

  #valuesOf(key: string, areBytes: boolean): MetadataValue[] {
    const name = key.toLowerCase();
    if (isBinaryKey(name) !== areBytes) {
      const advice = areBytes ? "text: use get" : "bytes: use getBinary";
      throw new TypeError(`"${name}" holds ${advice}`);
    }
    return this.#entries.filter((entry) => entry[0] === name).map((entry) => entry[1]);
  }

  #checkedEntry(key: string, value: MetadataValue): Entry {
    this.#checkWritable();
    const name = key.toLowerCase();
    if (!isMetadataKey(name)) {
      throw new TypeError(`invalid metadata key ${JSON.stringify(key)}: use [0-9a-z_.-]`);
    }
    if (isReservedKey(name)) throw new TypeError(`metadata key "${name}" is reserved`);
    if (isBinaryKey(name) && isBytes(value)) return [name, value];
    // Leading and trailing spaces do not survive HTTP (gRPC over HTTP/2, ASCII-Value); drop them where they are set.
    if (!isBinaryKey(name) && isText(value) && isAsciiValue(value)) return [name, value.trim()];
    const wanted = isBinaryKey(name) ? "a Uint8Array" : `printable ASCII, "${name}-bin" takes bytes`;
    throw new TypeError(`metadata "${name}" takes ${wanted}`);
  }

  #checkWritable(): void {
    if (this.#readonly) throw new TypeError("received metadata is read-only");
  }
}

function isText(value: MetadataValue): value is string {
  return typeof value === "string";
}

function isBytes(value: MetadataValue): value is Uint8Array {
  return value instanceof Uint8Array;
}

function isIterable(init: MetadataInit): init is Iterable<readonly [string, MetadataValue]> {
  return Symbol.iterator in init;
}

function isList(value: MetadataValue | readonly MetadataValue[]): value is readonly MetadataValue[] {
  return Array.isArray(value);
}

/**
 * Takes a field that was received, without checking it again; false when a "-bin" value is not base64. Fields of the
 * protocol and of HTTP are passed over.
 */
export function receiveField(metadata: Metadata, name: string, value: string): boolean {
  if (isReservedKey(name) || name.startsWith(":")) return true;
  const entries = entriesOf(metadata);
  if (!isBinaryKey(name)) {
    entries.push([name, value]);
    return true;
  }
  // "-bin" values may be joined with commas (gRPC over HTTP/2, "Requests", Binary-Header).
  for (const item of value.split(",")) {
    const bytes = decodeBase64(item.trim());
    if (!bytes) return false;
    entries.push([name, bytes]);
  }
  return true;
}

/** The same metadata, which cannot be changed any more. */
export function sealMetadata(metadata: Metadata): ReadonlyMetadata {
  return seal(metadata);
}

/** Metadata that will not change: the same object where it is that already, else a copy. */
export function readonlyMetadata(init: MetadataInit | undefined): ReadonlyMetadata {
  return init instanceof Metadata && isReadonly(init) ? init : seal(new Metadata(init));
}

/** Appends header fields to a flat list, "-bin" values as unpadded base64, each name behind a prefix. */
export function appendFields(list: string[], metadata: Metadata | undefined, prefix = ""): void {
  if (metadata === undefined) return;
  for (const [key, value] of entriesOf(metadata)) {
    // Implementations should emit unpadded values (gRPC over HTTP/2, "Responses", Binary-Header).
    list.push(prefix + key, isText(value) ? value : encodeUnpaddedBase64(value));
  }
}

/** Adds all entries of `from` to `to`. */
export function appendMetadata(to: Metadata, from: Iterable<readonly [string, MetadataValue]>): void {
  for (const [key, value] of from) to.append(key, value);
}
