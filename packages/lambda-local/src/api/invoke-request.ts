import type { IncomingMessage } from "node:http";
import { isRecord, parseJson } from "../front/json.ts";
import { type FunctionConfig, functionArn } from "../function-config.ts";
import type { InvocationRequest } from "../invocation.ts";
import { MAX_ASYNC_REQUEST_BYTES, MAX_REQUEST_BYTES } from "../limits.ts";
import { readBody } from "../read-body.ts";
import { ApiError } from "./api-error.ts";

type Operation = "invoke" | "stream";

const ROUTES: Readonly<Record<Operation, RegExp>> = {
  invoke: /^\/2015-03-31\/functions\/([^/]+)\/invocations$/,
  stream: /^\/2021-11-15\/functions\/([^/]+)\/response-streaming-invocations$/,
};
const NAME = /^(?:(?:arn:aws[\w-]*:lambda:[\w-]+:)?\d{12}:(?:function:)?)?([\w-]+)(?::(\$LATEST|[\w-]+))?$/;
type InvocationType = "RequestResponse" | "Event" | "DryRun";

const TYPES: readonly InvocationType[] = ["RequestResponse", "Event", "DryRun"];

/** A call of the Lambda API that invokes. */
export interface InvokeRequest {
  readonly operation: Operation;
  readonly type: InvocationType;
  /** Whether the caller wants the end of the log. */
  readonly wantsLog: boolean;
  readonly invocation: InvocationRequest;
}

/**
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 *
 * @throws ApiError for what the Lambda API refuses
 */
export async function readInvokeRequest(
  request: IncomingMessage,
  config: FunctionConfig,
): Promise<InvokeRequest> {
  const [path = "", query] = (request.url ?? "").split("?");
  const body = await readBody(request, MAX_REQUEST_BYTES);
  const { operation, name } = route(request.method, path);
  const qualifier = toQualifier(name, new URLSearchParams(query).get("Qualifier") ?? undefined, config);
  const type = toType(header(request, "x-amz-invocation-type") ?? "RequestResponse", operation);
  return {
    operation,
    type,
    wantsLog: header(request, "x-amz-log-type") === "Tail",
    invocation: {
      payload: checkPayload(body, type === "Event" ? MAX_ASYNC_REQUEST_BYTES : MAX_REQUEST_BYTES),
      qualifier,
      clientContext: toClientContext(header(request, "x-amz-client-context")),
      traceId: header(request, "x-amzn-trace-id"),
    },
  };
}

function route(method: string | undefined, path: string): { operation: Operation; name: string } {
  for (const operation of ["invoke", "stream"] as const) {
    const name = ROUTES[operation].exec(path)?.[1];
    if (method === "POST" && name !== undefined) return { operation, name: decodeName(name) };
  }
  throw new ApiError(
    404,
    "UnknownOperationException",
    `lambda-local has no ${method} ${path}: it invokes only`,
  );
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    throw new ApiError(400, "ValidationException", `"${name}" is no name of a function`);
  }
}

function toQualifier(name: string, asked: string | undefined, config: FunctionConfig): string | undefined {
  const [, functionName, qualifier = asked] = NAME.exec(name) ?? [];
  if (functionName !== config.functionName) {
    const arn = functionArn({ ...config, functionName: functionName ?? name });
    throw new ApiError(
      404,
      "ResourceNotFoundException",
      `Function not found: ${arn}; here runs ${functionArn(config)}`,
    );
  }
  if (qualifier !== undefined && !/^(\$LATEST|[\w-]{1,128})$/.test(qualifier)) {
    throw new ApiError(400, "ValidationException", `"${qualifier}" is neither a version nor an alias`);
  }
  return qualifier;
}

function toType(value: string, operation: Operation): InvocationType {
  const type = TYPES.find((known) => known === value);
  if (type === undefined || (type === "Event" && operation === "stream")) {
    throw new ApiError(400, "InvalidParameterValueException", `There is no InvocationType "${value}" here`);
  }
  return type;
}

/** Without an event it is an empty object. */
function checkPayload(body: Buffer | undefined, maxBytes: number): Uint8Array {
  if (body === undefined || body.length > maxBytes) {
    const message = `Request must be smaller than ${maxBytes} bytes for the InvokeFunction operation`;
    throw new ApiError(413, "RequestTooLargeException", message);
  }
  if (body.length === 0) return Buffer.from("{}");
  if (parseJson(body.toString()) !== undefined) return body;
  throw new ApiError(400, "InvalidRequestContentException", "Could not parse request body into json");
}

/** JSON in ASCII, so that it passes a header; the runtime client fails for anything else. */
function toClientContext(base64: string | undefined): string | undefined {
  if (base64 === undefined) return undefined;
  const parsed = parseJson(Buffer.from(base64, "base64").toString());
  if (!isRecord(parsed?.value)) {
    const message = "Client context must be a valid Base64-encoded JSON object.";
    throw new ApiError(400, "InvalidRequestContentException", message);
  }
  const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(parsed.value).replace(/[^\x20-\x7e]/g, escaped);
}

function header({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.at(-1) : value;
}
