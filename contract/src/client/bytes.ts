export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A message behind its five bytes. */
export function frame(payload: Uint8Array, flags = 0): Uint8Array {
  return concat([frameHeader(payload.length, flags), payload]);
}

/** Flags and length alone, for lengths that are lies. */
export function frameHeader(length: number, flags = 0): Uint8Array {
  const header = new Uint8Array(5);
  header[0] = flags;
  new DataView(header.buffer).setUint32(1, length);
  return header;
}

export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64");
}

export function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "base64"));
}

/** A stream of the given chunks, each on its own. */
export function streamOf(chunks: Iterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.iterator]();
  return new ReadableStream(
    {
      pull(controller) {
        const step = iterator.next();
        if (step.done === true) controller.close();
        else controller.enqueue(step.value);
      },
    },
    { highWaterMark: 0 },
  );
}

/** A stream that a test feeds. */
export function openStream(): {
  readonly body: ReadableStream<Uint8Array>;
  send(chunk: Uint8Array): void;
  end(): void;
} {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>(
    {},
    { highWaterMark: Number.POSITIVE_INFINITY },
  );
  const writer = writable.getWriter();
  // Who reads the stream may give it up; the test sees that elsewhere.
  const ignore = (): void => {};
  return {
    body: readable,
    send: (chunk) => void writer.write(chunk).catch(ignore),
    end: () => void writer.close().catch(ignore),
  };
}

/** A body piece by piece through a stream of the platform's, such as a CompressionStream. */
export async function through(
  bytes: Uint8Array,
  transform: {
    readonly readable: ReadableStream<Uint8Array>;
    readonly writable: WritableStream<Uint8Array<ArrayBuffer>>;
  },
): Promise<Uint8Array> {
  const writer = transform.writable.getWriter();
  const writing = writer.write(new Uint8Array(bytes)).then(() => writer.close());
  const parts: Uint8Array[] = [];
  for await (const part of transform.readable) parts.push(part);
  await writing;
  return concat(parts);
}
