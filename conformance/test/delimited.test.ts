import { PassThrough, Readable } from "node:stream";
import { expect, test } from "vitest";
import { readDelimited, writeDelimited } from "../src/delimited.ts";

const MESSAGES = [new Uint8Array(0), Uint8Array.of(1), new Uint8Array(70_000).fill(7)];

async function written(): Promise<Buffer> {
  const output = new PassThrough({ highWaterMark: 1_000_000 });
  for (const message of MESSAGES) await writeDelimited(output, message);
  return output.read();
}

/** What comes back of a stream that arrives in pieces of a size. */
async function readInPieces(bytes: Buffer, size: number): Promise<Uint8Array[]> {
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
    bytes.subarray(at * size, (at + 1) * size),
  );
  const messages: Uint8Array[] = [];
  for await (const message of readDelimited(Readable.from(pieces))) messages.push(new Uint8Array(message));
  return messages;
}

test.each([1000, 70_013, 3])("messages come back from pieces of %i bytes", async (size) => {
  expect(await readInPieces(await written(), size)).toEqual(MESSAGES);
});

test("a stream that ends inside a message is an error", async () => {
  await expect(readInPieces((await written()).subarray(0, -1), 1000)).rejects.toThrow("inside a message");
});
