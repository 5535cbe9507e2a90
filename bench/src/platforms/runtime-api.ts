import http from "node:http";
import { collect } from "../servers/collect.ts";
import { listen } from "../servers/listen.ts";

/** The least of Lambda's interface to the process of a function: one invocation at a time. */
export class RuntimeApi {
  readonly #server: http.Server;
  #port = 0;
  #waiting: http.ServerResponse | undefined;
  #current:
    | { event: string; resolve: (body: Buffer) => void; reject: (error: Error) => void; isTaken: boolean }
    | undefined;
  #failure: Error | undefined;

  private constructor() {
    this.#server = http.createServer((request, response) => this.#serve(request, response));
    this.#server.keepAliveTimeout = 0;
  }

  static async open(): Promise<RuntimeApi> {
    const api = new RuntimeApi();
    api.#port = (await listen(api.#server)).port;
    return api;
  }

  get port(): number {
    return this.#port;
  }

  /** @returns the bytes of the response, prelude included */
  invoke(event: string): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#current = { event, resolve, reject, isTaken: false };
      if (this.#failure !== undefined) reject(this.#failure);
      else this.#deliver();
    });
  }

  /** The process is gone. */
  fail(error: Error): void {
    this.#failure = error;
    this.#current?.reject(error);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #serve(request: http.IncomingMessage, response: http.ServerResponse): void {
    if (request.method === "GET") {
      this.#waiting = response;
      this.#deliver();
      return;
    }
    collect(request, (body) => {
      response.writeHead(202, { "content-type": "application/json", "content-length": 2 }).end("{}");
      this.#end(request.url?.endsWith("/response") === true, body);
    });
  }

  #deliver(): void {
    const current = this.#current;
    if (this.#waiting === undefined || current === undefined || current.isTaken) return;
    current.isTaken = true;
    // The runtime client crashes without a content type.
    this.#waiting.writeHead(200, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(current.event),
      "lambda-runtime-aws-request-id": "00000000-0000-4000-8000-000000000000",
      "lambda-runtime-deadline-ms": String(Date.now() + 60_000),
      "lambda-runtime-invoked-function-arn": "arn:aws:lambda:us-east-1:123456789012:function:bench",
    });
    this.#waiting.end(current.event);
    this.#waiting = undefined;
  }

  #end(isResponse: boolean, body: Buffer): void {
    if (isResponse) this.#current?.resolve(body);
    else this.fail(new Error(`the function failed: ${body}`));
  }
}
