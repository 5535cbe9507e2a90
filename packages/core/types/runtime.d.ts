/**
 * The globals that every JavaScript runtime has and that the layers below `web/` may use. tsconfig.layers.json checks
 * those layers against this file instead of lib.dom: a name that is missing here is a name they must do without.
 * Each declaration is the part we use of what lib.dom says, so code that compiles here compiles there too.
 */

interface AbortSignalEventMap {
  abort: Event;
}

interface Event {
  readonly type: string;
}

interface AbortSignal {
  readonly aborted: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: lib.dom says any
  readonly reason: any;
  throwIfAborted(): void;
  addEventListener(
    type: "abort",
    listener: (this: AbortSignal, event: Event) => unknown,
    options?: { once?: boolean },
  ): void;
  removeEventListener(type: "abort", listener: (this: AbortSignal, event: Event) => unknown): void;
}

interface AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}
declare var AbortController: { new (): AbortController };

interface TextEncoder {
  encode(input?: string): Uint8Array<ArrayBuffer>;
  encodeInto(source: string, destination: Uint8Array): { read: number; written: number };
}
declare var TextEncoder: { new (): TextEncoder };

interface TextDecoder {
  decode(input?: ArrayBufferView | ArrayBuffer, options?: { stream?: boolean }): string;
}
declare var TextDecoder: {
  new (label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean }): TextDecoder;
};

declare function atob(data: string): string;
declare function btoa(data: string): string;

/** A number in browsers, an object in Node: keep it, hand it to clearTimeout, look no further. */
interface TimeoutHandle {
  readonly __timeout: unique symbol;
}
declare function setTimeout(callback: () => void, delayMs?: number): TimeoutHandle;
declare function clearTimeout(handle: TimeoutHandle | undefined): void;
declare function queueMicrotask(callback: () => void): void;

declare var performance: { now(): number };

declare var console: { error(...data: unknown[]): void };

/** Read and handed on below `web/`; made by `web/readable.ts` alone, for which the constructor stands here. */
interface ReadableStream<R = unknown> {
  readonly locked: boolean;
  cancel(reason?: unknown): Promise<void>;
  getReader(): { read(): Promise<IteratorResult<R, unknown>>; cancel(reason?: unknown): Promise<void> };
  [Symbol.asyncIterator](): AsyncIterator<R>;
}
declare var ReadableStream: {
  new <R>(
    source: {
      pull(controller: { enqueue(chunk: R): void; close(): void }): Promise<void>;
      cancel(reason: unknown): Promise<void>;
    },
    strategy: { highWaterMark: number },
  ): ReadableStream<R>;
};
