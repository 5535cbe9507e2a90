/** What became of an invocation that failed: as the function's caller reads it, in JSON. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** The function did not finish within its timeout; its process was ended. */
export function timedOut(requestId: string, timeoutMs: number): FunctionError {
  const seconds = (timeoutMs / 1000).toFixed(2);
  return {
    errorType: "Sandbox.Timedout",
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`,
  };
}

/** The function was not loaded in time. */
export function initTimedOut(timeoutMs: number): FunctionError {
  const seconds = (timeoutMs / 1000).toFixed(2);
  return { errorType: "Sandbox.Timedout", errorMessage: `Error: Init timed out after ${seconds} seconds` };
}

/**
 * The process ended under an invocation, or in init.
 *
 * @param reason such as "Runtime exited with error: exit status 1"
 */
export function exited(requestId: string | undefined, reason: string): FunctionError {
  const id = requestId === undefined ? "" : `RequestId: ${requestId} `;
  return { errorType: "Runtime.ExitError", errorMessage: `${id}Error: ${reason}` };
}

/** The process took more memory than the function has. */
export function outOfMemory(requestId: string): FunctionError {
  return {
    errorType: "Runtime.OutOfMemory",
    errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`,
  };
}

export function responseTooLarge(maxBytes: number): FunctionError {
  return {
    errorType: "Function.ResponseSizeTooLarge",
    errorMessage: `Response payload size exceeded maximum allowed payload size (${maxBytes} bytes).`,
  };
}

/** Errors that the process does not print itself: it has ended, or knows nothing of them. */
const UNPRINTED: ReadonlySet<string> = new Set([
  "Runtime.ExitError",
  "Runtime.OutOfMemory",
  "Function.ResponseSizeTooLarge",
]);

/** The line of the log for an error that would not be in it otherwise. */
export function logLine(requestId: string, { errorType, errorMessage }: FunctionError): string | undefined {
  if (!UNPRINTED.has(errorType)) return undefined;
  const message = errorMessage.replace(/^RequestId: \S+ Error: /, "");
  return `RequestId: ${requestId} Error: ${message} ${errorType}`;
}

/** Reads the JSON that the runtime client posts; what is not such JSON becomes the message of an unknown error. */
export function parseFunctionError(text: string): FunctionError {
  const value = parseObject(text);
  const { errorType, errorMessage, trace } = value ?? {};
  return {
    errorType: typeof errorType === "string" ? errorType : "Runtime.Unknown",
    errorMessage: typeof errorMessage === "string" ? errorMessage : text,
    ...(Array.isArray(trace) && { trace: trace.map(String) }),
  };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
