import type { ServerResponse } from "node:http";

/** An error of the Lambda API, which its SDKs throw as an exception of that name. */
export class ApiError extends Error {
  readonly status: number;
  readonly type: string;
  readonly reason: string | undefined;

  /** @param type for example "ResourceNotFoundException" */
  constructor(status: number, type: string, message: string, reason?: string) {
    super(message);
    this.status = status;
    this.type = type;
    this.reason = reason;
  }

  send(response: ServerResponse): void {
    const body = { Type: "User", Reason: this.reason, message: this.message, Message: this.message };
    response.writeHead(this.status, { "content-type": "application/json", "x-amzn-errortype": this.type });
    response.end(JSON.stringify(body));
  }
}
