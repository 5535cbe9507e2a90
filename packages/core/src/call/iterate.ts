import { GrpcError } from "../error.ts";
import { GrpcStatusCode } from "../status.ts";

/** The part of an iterator that the call layer uses. */
export interface MessageIterator {
  next(): PromiseLike<IteratorResult<unknown>> | IteratorResult<unknown>;
  return?(): PromiseLike<unknown> | unknown;
}

/** Iterates over what a streaming handler returned. Throws a TypeError when that cannot be iterated. */
export function iterate(source: unknown): MessageIterator {
  if (typeof source === "object" && source !== null) {
    // Before its iterator, which lets no one cancel it while a read is pending.
    if ("getReader" in source) return readStream(source as ReadableStream<unknown>);
    if (Symbol.asyncIterator in source) return (source as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    if (Symbol.iterator in source) return (source as Iterable<unknown>)[Symbol.iterator]();
    // Of an async function that was meant to be a generator. Its rejection, unhandled, would end a Node process.
    if (source instanceof Promise) source.catch(() => {});
  }
  throw new TypeError("a streaming handler must return an async iterable or a ReadableStream");
}

function readStream(stream: ReadableStream<unknown>): MessageIterator {
  const reader = stream.getReader();
  return {
    next: () => reader.read(),
    return: () => reader.cancel(),
  };
}

/** The single message of a stream; anything else is a fault of the handler's. */
export async function onlyMessage(source: unknown): Promise<unknown> {
  const iterator = iterate(source);
  const first = await iterator.next();
  if (first.done !== true) {
    const second = await iterator.next();
    if (second.done === true) return first.value;
    await iterator.return?.();
  }
  const count = first.done === true ? "none" : "more than one";
  throw new GrpcError(GrpcStatusCode.INTERNAL, `the handler must give exactly one message and gave ${count}`);
}
