import { ConnectionFault, ErrorCode } from "../protocol.ts";
import { decodeHuffman } from "./huffman.ts";
import { ENTRY_BYTES, STATIC_TABLE, TABLE_BYTES } from "./static-table.ts";

/** A header block as it was decoded. */
export interface DecodedFields {
  /** Name, value, name, value... Of a block that is too large, the beginning. */
  readonly fields: readonly string[];
  /** A name or a value has characters that HTTP does not permit (RFC 9113, section 8.2.1). */
  readonly isMalformed: boolean;
  /** The fields are more than the limit, by HTTP/2's own reckoning (section 6.5.2). */
  readonly isTooLarge: boolean;
}

interface Entry {
  readonly name: string;
  readonly value: string;
  readonly isValid: boolean;
}

/** Names in HTTP/2 are tokens of lower-case letters; a pseudo-header begins with a colon. */
const NAME = /^:?[!#$%&'*+\-.^_`|~0-9a-z]+$/;
const INVALID_VALUE = /^[ \t]|[\0\r\n]|[ \t]$/;

const STATIC: readonly Entry[] = STATIC_TABLE.map(([name, value]) => ({ name, value, isValid: true }));

/**
 * Decodes the header blocks of one connection (RFC 7541). Every block has to come by here, also those that are not
 * wanted: each may change the table that the next ones refer to.
 */
export class HpackDecoder {
  readonly #maxListBytes: number;
  /** The dynamic table, oldest first, from `#first` on. */
  #entries: Entry[] = [];
  #first = 0;
  #tableBytes = 0;
  #maxTableBytes = TABLE_BYTES;
  #block: Buffer = Buffer.alloc(0);
  #at = 0;

  constructor(maxListBytes: number) {
    this.#maxListBytes = maxListBytes;
  }

  /** @throws ConnectionFault COMPRESSION_ERROR for a block that cannot be decoded, with all that come behind it */
  decode(block: Buffer): DecodedFields {
    this.#block = block;
    this.#at = 0;
    const fields: string[] = [];
    let isMalformed = false;
    let listBytes = 0;
    let mayResize = true;
    while (this.#at < block.length) {
      const octet = block[this.#at] as number;
      if ((octet & 0xe0) === 0x20) {
        if (!mayResize) throw fault("a size update behind the first field");
        this.#resize(this.#integer(5));
        continue;
      }
      mayResize = false;
      const entry = this.#field(octet);
      if (!entry.isValid) isMalformed = true;
      listBytes += entry.name.length + entry.value.length + ENTRY_BYTES;
      if (listBytes <= this.#maxListBytes) fields.push(entry.name, entry.value);
    }
    this.#block = NO_BYTES;
    return { fields, isMalformed, isTooLarge: listBytes > this.#maxListBytes };
  }

  #field(octet: number): Entry {
    if (octet >= 0x80) return this.#entry(this.#integer(7));
    if (octet < 0x40) return this.#literal(4);
    const entry = this.#literal(6);
    this.#insert(entry);
    return entry;
  }

  #literal(prefixBits: number): Entry {
    const index = this.#integer(prefixBits);
    const name = index === 0 ? this.#string() : this.#entry(index).name;
    const value = this.#string();
    // A name of the dynamic table may be one that was not permitted when it came.
    const isKnown = index > 0 && index <= STATIC.length;
    return { name, value, isValid: (isKnown || NAME.test(name)) && !INVALID_VALUE.test(value) };
  }

  #entry(index: number): Entry {
    const entry =
      index <= STATIC.length
        ? STATIC[index - 1]
        : this.#entries[this.#entries.length - (index - STATIC.length)];
    if (entry === undefined || index - STATIC.length > this.#entries.length - this.#first) {
      throw fault(`an index without an entry: ${index}`);
    }
    return entry;
  }

  #insert(entry: Entry): void {
    this.#entries.push(entry);
    this.#tableBytes += bytesOf(entry);
    this.#evict();
  }

  #resize(bytes: number): void {
    if (bytes > TABLE_BYTES) throw fault(`a table of ${bytes} bytes`);
    this.#maxTableBytes = bytes;
    this.#evict();
  }

  #evict(): void {
    while (this.#tableBytes > this.#maxTableBytes) {
      this.#tableBytes -= bytesOf(this.#entries[this.#first++] as Entry);
    }
    // Now and then, so that it is no work of each time.
    if (this.#first < 64) return;
    this.#entries = this.#entries.slice(this.#first);
    this.#first = 0;
  }

  /** Section 5.1. */
  #integer(prefixBits: number): number {
    const most = 2 ** prefixBits - 1;
    const prefix = this.#octet() & most;
    if (prefix < most) return prefix;
    let value = most;
    for (let factor = 1; ; factor *= 128) {
      // Nothing in a header block is that large.
      if (factor > 2 ** 21) throw fault("an integer without an end");
      const octet = this.#octet();
      value += (octet & 0x7f) * factor;
      if (octet < 0x80) return value;
    }
  }

  /** Section 5.2. */
  #string(): string {
    const isHuffman = (this.#block[this.#at] ?? 0) >= 0x80;
    const length = this.#integer(7);
    const from = this.#at;
    const to = from + length;
    if (to > this.#block.length) throw fault("a string that is cut off");
    this.#at = to;
    if (!isHuffman) return this.#block.toString("latin1", from, to);
    const text = decodeHuffman(this.#block, from, to);
    if (text === undefined) throw fault("a string that is no Huffman code");
    return text;
  }

  #octet(): number {
    const octet = this.#block[this.#at++];
    if (octet === undefined) throw fault("a block that is cut off");
    return octet;
  }
}

const NO_BYTES = Buffer.alloc(0);

function bytesOf({ name, value }: Entry): number {
  return name.length + value.length + ENTRY_BYTES;
}

function fault(what: string): ConnectionFault {
  return new ConnectionFault(ErrorCode.COMPRESSION_ERROR, `HPACK: ${what}`);
}
