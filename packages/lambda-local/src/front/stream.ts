import type { ServerResponse } from "node:http";
import type { FunctionError } from "../function-error.ts";
import type { StreamedOutcome } from "../invocation.ts";
import { write } from "../write.ts";
import type { FrontEnd, Streaming } from "./front-end.ts";
import { type Opening, PreludeReader } from "./prelude.ts";
import { writeHead } from "./send.ts";

/** The content type by which a stream announces its prelude. */
const INTEGRATION_RESPONSE = "application/vnd.awslambda.http-integration-response";

/**
 * Hands a streamed response on as it comes.
 *
 * @returns the error that the function ended with
 * @throws Error when no head can be made of what it streams
 */
export async function stream(
  front: FrontEnd,
  { maxPreludeBytes, isPreludeRequired }: Streaming,
  { contentType, body, error }: StreamedOutcome,
  response: ServerResponse,
): Promise<FunctionError | undefined> {
  const hasPrelude = isPreludeRequired || contentType === INTEGRATION_RESPONSE;
  const head = hasPrelude ? new PreludeReader(maxPreludeBytes) : new PlainHead(contentType);
  for await (const chunk of body as AsyncIterable<Buffer>) {
    const rest = response.headersSent ? chunk : open(front, head.push(chunk), response);
    if (rest !== undefined) await write(rest, response);
    // The client is gone. Leaving the loop throws the rest away; the function goes on.
    if (response.destroyed) return undefined;
  }
  const failure = await error;
  if (failure !== undefined) return failure;
  if (!response.headersSent) open(front, head.end(), response);
  response.end();
  return undefined;
}

/** @returns the bytes behind the head; undefined when it is not complete */
function open(front: FrontEnd, opening: Opening | undefined, response: ServerResponse): Buffer | undefined {
  if (opening === undefined) return undefined;
  writeHead(front.headOf(opening.prelude), response);
  response.flushHeaders();
  return opening.rest;
}

/** A stream without a prelude. */
class PlainHead {
  readonly #contentType: string;

  constructor(contentType: string) {
    this.#contentType = contentType;
  }

  push(chunk: Buffer): Opening {
    const headers: [string, string][] = [["content-type", this.#contentType]];
    return { prelude: { status: 200, headers, cookies: [] }, rest: chunk };
  }

  end(): Opening {
    return this.push(Buffer.alloc(0));
  }
}
