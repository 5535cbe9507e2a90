import type { GrpcError } from "@railhead/core";
import { DELIMITER_BYTES } from "../answer/prelude.ts";
import { bodyOf } from "../event/body.ts";
import { type Fields, fieldsOf, objectAt, textsAt } from "../event/fields.ts";
import { internalError } from "./failure.ts";

/** Lambda quotas: of the answer of a function that does not stream, and a little. A stream has its prelude long before. */
const MAX_HEAD_BYTES = 6 * 1024 * 1024 + 1024;

/** The beginning of a function's response. */
export interface ResponseHead {
  readonly status: number;
  readonly headers: Headers;
  /** What came of the body with the head. */
  readonly rest: Uint8Array;
}

/** Finds the prelude in a response that is cut anywhere. Throws a GrpcError for what is no response of HTTP. */
export class HeadReader {
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;
  /** Zero bytes in a row, up to the end of what has come. */
  #zeros = 0;

  /** Takes a piece; gives the head once it is complete. */
  push(chunk: Uint8Array): ResponseHead | undefined {
    this.#chunks.push(chunk);
    for (let at = 0; at < chunk.length; at++) {
      this.#zeros = chunk[at] === 0 ? this.#zeros + 1 : 0;
      if (this.#zeros === DELIMITER_BYTES) return this.#cut(this.#bytes + at + 1);
    }
    this.#bytes += chunk.length;
    if (this.#bytes > MAX_HEAD_BYTES) throw noResponse(`it has no prelude in its first ${this.#bytes} bytes`);
    return undefined;
  }

  /** The response is over and had no prelude: the answer of a function that does not stream. */
  end(): ResponseHead {
    return readHead(Buffer.concat(this.#chunks), bodyOf);
  }

  #cut(bytes: number): ResponseHead {
    const all = Buffer.concat(this.#chunks);
    return readHead(all.subarray(0, bytes - DELIMITER_BYTES), () => all.subarray(bytes));
  }
}

function readHead(json: Buffer, rest: (fields: Fields) => Uint8Array): ResponseHead {
  try {
    const fields = fieldsOf(JSON.parse(json.toString())) ?? {};
    const status = fields.statusCode;
    if (typeof status !== "number" || !(status >= 200 && status <= 599)) {
      throw new RangeError(`its statusCode is ${String(status)}`);
    }
    return { status, headers: headersOf(fields), rest: rest(fields) };
  } catch (error) {
    throw noResponse(error instanceof Error ? error.message : String(error));
  }
}

function noResponse(why: string): GrpcError {
  return internalError(`the function's answer is no response of HTTP: ${why}`);
}

/** As the front ends of Lambda read them: a name that is in both maps counts as the second says. */
function headersOf(fields: Fields): Headers {
  const headers = new Headers();
  for (const key of ["headers", "multiValueHeaders"]) {
    const values = textFields(objectAt(fields, key));
    for (const name of Object.keys(values)) {
      headers.delete(name);
      for (const value of textsAt(values, name)) headers.append(name, value);
    }
  }
  for (const cookie of textsAt(fields, "cookies")) headers.append("set-cookie", cookie);
  return headers;
}

/** Numbers and booleans as text: handlers write `"content-length": 5`. */
function textFields(values: Fields): Fields {
  const toText = (value: unknown): unknown =>
    typeof value === "number" || typeof value === "boolean" ? String(value) : value;
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map(toText) : toText(value),
    ]),
  );
}
