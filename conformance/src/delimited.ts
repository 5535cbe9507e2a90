import type { Readable, Writable } from "node:stream";

/** How the runner and the programs it starts frame their messages: four bytes of length, big-endian, then the message. */
const PREFIX_BYTES = 4;

/** Each message of a stream. @throws Error when the stream ends inside one */
export async function* readDelimited(input: Readable): AsyncGenerator<Uint8Array> {
  let pending = Buffer.alloc(0);
  for await (const chunk of input) {
    pending = Buffer.concat([pending, chunk]);
    for (let end = endOfFirst(pending); end <= pending.length; end = endOfFirst(pending)) {
      yield pending.subarray(PREFIX_BYTES, end);
      pending = pending.subarray(end);
    }
  }
  if (pending.length > 0)
    throw new Error(`the input ends inside a message, after ${pending.length} bytes of it`);
}

/** Writes one message; the promise resolves when it is on its way. */
export function writeDelimited(output: Writable, message: Uint8Array): Promise<void> {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(message.length);
  return new Promise((resolve, reject) => {
    output.write(Buffer.concat([prefix, message]), (error) => (error ? reject(error) : resolve()));
  });
}

function endOfFirst(bytes: Buffer): number {
  return bytes.length < PREFIX_BYTES ? Number.POSITIVE_INFINITY : PREFIX_BYTES + bytes.readUInt32BE();
}
