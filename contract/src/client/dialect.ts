import { STREAM_METHODS } from "../fixture/streams.ts";

/** What the suite's client speaks. */
export type ClientProtocol = "grpc" | "grpc-web" | "grpc-web-text" | "connect";

/** How the protocols name what all of them have. */
export interface Dialect {
  contentType(codec: "proto" | "json"): string;
  readonly encodingHeader: string;
  readonly acceptEncodingHeader: string;
  timeoutHeader(timeoutMs: number): readonly [name: string, value: string];
}

/** The streaming methods of `example.UserService`; those of `contract.Raw` stand in the fixture. */
const STREAMING_USERS = ["ListUsers", "CreateUsers", "Chat"];

/** Whether a request of Connect's to this path is bare: unary calls have no frames there. */
export function isUnary(path: string): boolean {
  const [, service = "", method = ""] = path.split("/");
  if (service === "contract.Raw") return STREAM_METHODS[method] === undefined;
  return service !== "example.UserService" || !STREAMING_USERS.includes(method);
}

export function dialectOf(protocol: ClientProtocol, path: string): Dialect {
  if (protocol === "connect") return isUnary(path) ? CONNECT_UNARY : CONNECT_STREAM;
  return {
    contentType: (codec) => `application/${protocol}${codec === "json" ? "+json" : ""}`,
    encodingHeader: "grpc-encoding",
    acceptEncodingHeader: "grpc-accept-encoding",
    timeoutHeader: (timeoutMs) => ["grpc-timeout", grpcTimeout(timeoutMs)],
  };
}

const CONNECT_UNARY: Dialect = {
  contentType: (codec) => `application/${codec}`,
  encodingHeader: "content-encoding",
  acceptEncodingHeader: "accept-encoding",
  timeoutHeader: (timeoutMs) => ["connect-timeout-ms", String(timeoutMs)],
};

const CONNECT_STREAM: Dialect = {
  ...CONNECT_UNARY,
  contentType: (codec) => `application/connect+${codec}`,
  encodingHeader: "connect-content-encoding",
  acceptEncodingHeader: "connect-accept-encoding",
};

/** At most eight digits. */
function grpcTimeout(timeoutMs: number): string {
  return timeoutMs < 1e8 ? `${timeoutMs}m` : `${Math.floor(timeoutMs / 1000)}S`;
}
