/** Lambda's quotas. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */

const MiB = 1024 * 1024;

/** Of a request, as the JSON of its event. */
export const MAX_REQUEST_BYTES: number = 6 * MiB;

/** Of a buffered response, as the JSON that the function returns. Lambda allows a little more than it says. */
export const MAX_BUFFERED_RESPONSE_BYTES: number = 6 * MiB + 100;

/** Of a streamed response. */
export const MAX_STREAMED_RESPONSE_BYTES: number = 200 * MiB;

/** Of an event that nobody waits for (`InvocationType: "Event"`). */
export const MAX_ASYNC_REQUEST_BYTES: number = MiB;

/** Invocations at a time that an account may have in a region, unless more is asked for. */
export const ACCOUNT_CONCURRENCY = 1000;

export const MAX_TIMEOUT_MS = 900_000;

/** Time that a process has to load the function. */
export const INIT_TIMEOUT_MS = 10_000;

/** Of the log that comes back with an invocation. */
export const LOG_TAIL_BYTES = 4096;
