import { intercept } from "../call/interceptors.ts";
import { clientStreams } from "../call/method.ts";
import { GrpcError } from "../error.ts";
import type { ClientResponse } from "../protocol/client-protocol.ts";
import { GrpcStatusCode } from "../status.ts";
import { WireFault } from "../wire/fault.ts";
import { CallSignal } from "./call-signal.ts";
import { CallState } from "./context.ts";
import { type ClientCallParts, Exchange } from "./exchange.ts";
import { clientError } from "./failure.ts";
import type { ClientMethod } from "./method.ts";
import type { CallOptions } from "./options.ts";
import type { ClientSettings } from "./settings.ts";

/** A call whose response is one message. Rejects with a GrpcError, or with a TypeError for options that are none. */
export async function callForOne(
  method: ClientMethod,
  settings: ClientSettings,
  input: unknown,
  options: CallOptions = {},
): Promise<unknown> {
  const parts = openCall(method, settings, options);
  const { signal } = parts;
  let message: unknown;
  const attempt = async (): Promise<void> => {
    message = await exchangeOne(parts, input);
  };
  try {
    const isRepeatable = !clientStreams(method.kind);
    await signal.race(intercept(settings.interceptors, parts.state, attempt, isRepeatable));
    return message;
  } catch (thrown) {
    throw signal.fail(thrown);
  } finally {
    signal.release();
  }
}

async function exchangeOne(parts: ClientCallParts, input: unknown): Promise<unknown> {
  const exchange = new Exchange(parts);
  try {
    const response = await exchange.open(input);
    const message = await exchange.read(response);
    if (message === undefined) throw clientError(notOne("none"));
    if ((await exchange.read(response)) !== undefined) throw clientError(notOne("more than one"));
    return message;
  } finally {
    exchange.close();
  }
}

/**
 * A call whose response is a stream. It begins when the first message is asked for, and is cancelled when the caller
 * stops reading. Fails as `callForOne` does.
 */
export function callForMany(
  method: ClientMethod,
  settings: ClientSettings,
  input: unknown,
  options: CallOptions = {},
): AsyncIterableIterator<unknown, undefined> {
  let signal: CallSignal | undefined;
  const messages = exchangeMany(() => {
    const parts = openCall(method, settings, options);
    signal = parts.signal;
    return parts;
  }, input);
  return {
    next: () => messages.next(),
    return: () => {
      // Reaches a read that waits, behind which return() would have to queue.
      signal?.end(stoppedReading());
      return messages.return(undefined);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function* exchangeMany(
  open: () => ClientCallParts,
  input: unknown,
): AsyncGenerator<unknown, undefined> {
  const parts = open();
  const { signal, state } = parts;
  const exchange = new Exchange(parts);
  const opened = Promise.withResolvers<ClientResponse>();
  const done = Promise.withResolvers<void>();
  done.promise.catch(() => {});
  const last = async (): Promise<void> => {
    opened.resolve(await exchange.open(input));
    await done.promise;
  };
  const run = intercept(parts.settings.interceptors, state, last);
  run.catch(opened.reject);
  try {
    const response = await signal.race(opened.promise);
    yield* readAll(() => exchange.read(response), done);
    await signal.race(run);
  } catch (thrown) {
    exchange.close();
    throw signal.fail(thrown);
  } finally {
    exchange.close();
    signal.release();
    done.reject(stoppedReading());
  }
}

/** All messages; tells how that ended, so that interceptors see it and may replace an error. */
async function* readAll(
  read: () => Promise<unknown>,
  done: Pick<PromiseWithResolvers<void>, "resolve" | "reject">,
): AsyncGenerator<unknown, void> {
  try {
    for (let message = await read(); message !== undefined; message = await read()) yield message;
    done.resolve();
  } catch (thrown) {
    done.reject(thrown);
  }
}

function openCall(method: ClientMethod, settings: ClientSettings, options: CallOptions): ClientCallParts {
  const { timeoutMs = settings.defaultTimeoutMs } = options;
  if (typeof timeoutMs !== "number" || Number.isNaN(timeoutMs)) {
    throw new TypeError(`timeoutMs must be a number, not ${String(timeoutMs)}`);
  }
  const signal = new CallSignal(options.signal, timeoutMs);
  try {
    const state = new CallState(method, settings.protocol, options, signal);
    return { method, settings, options, signal, state };
  } catch (error) {
    signal.release();
    throw error;
  }
}

/** Status codes of gRPC: a wrong number of response messages is UNIMPLEMENTED. */
function notOne(count: string): WireFault {
  return new WireFault("cardinality", `the method gives exactly one response message and gave ${count}`);
}

function stoppedReading(): GrpcError {
  return new GrpcError(GrpcStatusCode.CANCELLED, "the caller stopped reading");
}
