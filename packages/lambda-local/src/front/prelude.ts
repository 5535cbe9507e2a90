import type { HttpHead } from "./http.ts";
import { isRecord, stringHeaders } from "./json.ts";

const DELIMITER = Buffer.alloc(8);

/** The content type that says that a streamed response begins with a prelude. */
export const INTEGRATION_RESPONSE = "application/vnd.awslambda.http-integration-response";

/** What a prelude says of the HTTP response behind it. */
export interface Prelude extends HttpHead {
  readonly cookies: readonly string[];
}

/** The head of a streamed response and the bytes that came along behind it. */
export interface Opening {
  readonly prelude: Prelude;
  readonly rest: Buffer;
}

/** Finds the head of a streamed response in chunks that are cut anywhere: JSON, eight NUL bytes, then the body. */
export class HeadReader {
  readonly #contentType: string;
  readonly #maxBytes: number;
  #seen: Buffer = Buffer.alloc(0);

  /**
   * @param contentType of the stream: when it announces no prelude, there is none
   * @param maxBytes of the JSON and the delimiter
   */
  constructor(contentType: string, maxBytes: number) {
    this.#contentType = contentType;
    this.#maxBytes = maxBytes;
  }

  /** Undefined: more is needed. @throws Error when no head can come of it */
  push(chunk: Buffer): Opening | undefined {
    if (this.#contentType !== INTEGRATION_RESPONSE) return { prelude: this.#plain(), rest: chunk };
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

  /** The response has ended. @throws Error when its head is not complete */
  end(): Opening {
    if (this.#contentType === INTEGRATION_RESPONSE) {
      throw new Error(
        `the response ended after ${this.#seen.length} bytes, before the delimiter of its prelude`,
      );
    }
    return { prelude: this.#plain(), rest: Buffer.alloc(0) };
  }

  #plain(): Prelude {
    return { status: 200, headers: [["content-type", this.#contentType]], cookies: [] };
  }
}

function parsePrelude(text: string): Prelude {
  const value: unknown = JSON.parse(text);
  if (!isRecord(value)) throw new Error("the prelude is no JSON object");
  const { statusCode = 200, cookies = [] } = value;
  if (typeof statusCode !== "number" || !Array.isArray(cookies)) {
    throw new Error("the prelude's statusCode is no number, or its cookies are no array");
  }
  const headers = stringHeaders(value.headers, value.multiValueHeaders);
  return { status: statusCode, headers, cookies: cookies.map(String) };
}
