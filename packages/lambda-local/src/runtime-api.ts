import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import { type FunctionError, parseFunctionError } from "./function-error.ts";
import type { Invocation } from "./invocation.ts";
import { MAX_BUFFERED_RESPONSE_BYTES } from "./limits.ts";
import { closeServer, hostOf, listen } from "./listen.ts";
import { readBody } from "./read-body.ts";

const PREFIX = "/2018-06-01/runtime/";

/** Errors travel in headers and trailers as well, with their stack traces. */
const MAX_HEADER_BYTES = 1024 * 1024;

/** What the process says, as it says it. */
export interface RuntimeListener {
  /** It asks for work: it has been loaded, and is done with what it had. */
  onNext(): void;
  onInitError(error: FunctionError): void;
}

/** How an invocation looks to the process. */
export interface InvocationHead {
  /** Milliseconds since 1970. */
  readonly deadlineMs: number;
  readonly functionArn: string;
}

/**
 * The HTTP interface that Lambda has for the process of a function; each process has its own.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export class RuntimeApi {
  readonly #listener: RuntimeListener;
  readonly #waiting: ServerResponse[] = [];
  readonly #invocations = new Map<string, Invocation>();
  #server: Server | undefined;

  constructor(listener: RuntimeListener) {
    this.#listener = listener;
  }

  /** @returns host and port for AWS_LAMBDA_RUNTIME_API */
  async open(): Promise<string> {
    const answer: RequestListener = (request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    };
    this.#server = await listen(0, answer, { maxHeaderSize: MAX_HEADER_BYTES });
    return hostOf(this.#server);
  }

  async close(): Promise<void> {
    if (this.#server !== undefined) await closeServer(this.#server);
  }

  /** Requests for work that are not answered yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Answers a request for work. */
  deliver(invocation: Invocation, { deadlineMs, functionArn }: InvocationHead): void {
    this.#invocations.set(invocation.id, invocation);
    const { payload, clientContext } = invocation.request;
    const response = this.#waiting.shift();
    // The runtime client crashes without a content type.
    response?.writeHead(200, {
      "content-type": "application/json",
      "content-length": payload.length,
      "lambda-runtime-aws-request-id": invocation.id,
      "lambda-runtime-deadline-ms": String(deadlineMs),
      "lambda-runtime-invoked-function-arn": functionArn,
      "lambda-runtime-trace-id": invocation.traceId,
      ...(clientContext !== undefined && { "lambda-runtime-client-context": clientContext }),
    });
    response?.end(payload);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.startsWith(PREFIX) ? request.url.slice(PREFIX.length) : "";
    if (request.method === "GET" && path === "invocation/next") {
      this.#next(response);
      return;
    }
    if (request.method !== "POST") {
      reply(response, 404, { errorType: "NotFound", errorMessage: `No ${request.method} ${request.url}` });
      return;
    }
    if (path === "init/error") {
      this.#listener.onInitError(parseFunctionError(await readText(request)));
      reply(response, 202, { status: "OK" });
      return;
    }
    await this.#end(path, request, response);
  }

  #next(response: ServerResponse): void {
    this.#waiting.push(response);
    response.once("close", () => {
      const index = this.#waiting.indexOf(response);
      if (index >= 0) this.#waiting.splice(index, 1);
    });
    this.#listener.onNext();
  }

  /** `invocation/<id>/response` and `invocation/<id>/error`. */
  async #end(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, id = "", what] = /^invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    const invocation = this.#invocations.get(decodeURIComponent(id));
    if (invocation === undefined) {
      request.resume();
      reply(response, 400, { errorType: "InvalidRequestID", errorMessage: `Invalid request ID: ${id}` });
      return;
    }
    this.#invocations.delete(invocation.id);
    if (what === "error") invocation.fail(parseFunctionError(await readText(request)));
    else if (request.headers["lambda-runtime-function-response-mode"] === "streaming") {
      invocation.stream(request);
      await ended(request);
    } else {
      invocation.respond(await readResponse(request));
    }
    reply(response, 202, { status: "OK" });
  }
}

/** One byte more than the limit stands for all that is beyond. */
async function readResponse(request: IncomingMessage): Promise<Buffer> {
  return (
    (await readBody(request, MAX_BUFFERED_RESPONSE_BYTES)) ?? Buffer.alloc(MAX_BUFFERED_RESPONSE_BYTES + 1)
  );
}

async function readText(request: IncomingMessage): Promise<string> {
  return (await readResponse(request)).toString();
}

/** Rejects when the process breaks off. */
function ended(request: IncomingMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    request.once("end", resolve);
    request.once("close", () => reject(new Error("The process broke off its response.")));
    // Whoever waits for it sees its close.
    request.on("error", () => {});
  });
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
