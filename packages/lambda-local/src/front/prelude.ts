import type { HttpHead } from "./http.ts";
import { allHeaders, isRecord, parseJson } from "./json.ts";
import { toStatus } from "./status.ts";

const DELIMITER = Buffer.alloc(8);

/** What a prelude says of the HTTP response behind it. */
export interface Prelude extends HttpHead {
  readonly cookies: readonly string[];
}

/** The prelude of a streamed response, and the bytes that came along behind it. */
export interface Opening {
  readonly prelude: Prelude;
  readonly rest: Buffer;
}

/** Finds the prelude of a streamed response in chunks that are cut anywhere: JSON, eight NUL bytes, then the body. */
export class PreludeReader {
  readonly #maxBytes: number;
  #seen: Buffer = Buffer.alloc(0);

  /** @param maxBytes of the JSON and the delimiter */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Undefined: more is needed. @throws Error when no prelude can come of it */
  push(chunk: Buffer): Opening | undefined {
    // JSON holds no NUL, so the delimiter can only straddle what was seen last.
    const from = Math.max(0, this.#seen.length - DELIMITER.length);
    this.#seen = Buffer.concat([this.#seen, chunk]);
    const end = this.#seen.indexOf(DELIMITER, from);
    const bytes = end < 0 ? this.#seen.length : end + DELIMITER.length;
    if (bytes > this.#maxBytes) {
      throw new Error(
        `there is no delimiter of 8 NUL bytes in the first ${this.#maxBytes} bytes of the response`,
      );
    }
    if (end < 0) return undefined;
    return { prelude: parsePrelude(this.#seen.toString("utf8", 0, end)), rest: this.#seen.subarray(bytes) };
  }

  /** @throws Error, since the response has ended without a prelude */
  end(): never {
    const bytes = this.#seen.length;
    throw new Error(
      `the response ended after ${bytes} bytes, before a prelude and its delimiter of 8 NUL bytes`,
    );
  }
}

function parsePrelude(text: string): Prelude {
  const value = parseJson(text)?.value;
  if (!isRecord(value)) throw new Error("the prelude of the response is no JSON object");
  const { statusCode = 200, cookies = [] } = value;
  if (!Array.isArray(cookies)) throw new Error("the prelude's cookies are no array");
  const headers = allHeaders(value.headers, value.multiValueHeaders);
  return { status: toStatus(statusCode), headers, cookies: cookies.map(String) };
}
