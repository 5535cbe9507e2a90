import { expect, test } from "vitest";
import { IncomingRequests } from "../../src/http2/incoming-requests.ts";

const END_STREAM = 1;
const READ = Buffer.alloc(64 * 1024, 7);

/** What the call on stream 1 gets of so many bytes, which are part of one large read. */
function received(length: number, flags: number): Buffer {
  const got: Buffer[] = [];
  const stream = {
    requestEnded: false,
    isClosed: false,
    window: { take: () => true },
    receive: (bytes: Buffer) => void got.push(bytes),
  };
  const host = { take: () => {}, streams: { get: () => stream } };
  const requests = new IncomingRequests(host as never, { maxHeaderListBytes: 1000 } as never);
  requests.dataBegins(1, flags, length);
  requests.dataComes(READ.subarray(0, length));
  const [bytes] = got;
  if (bytes === undefined) throw new Error("nothing was received");
  expect(bytes.equals(READ.subarray(0, length))).toBe(true);
  return bytes;
}

test("little of a request that goes on does not keep what was read along with it", () => {
  expect(received(1, 0).buffer.byteLength).toBe(1);
  expect(received(4096, 0).buffer.byteLength).toBe(4096);
});

test.each([
  ["much of it", 4097, 0],
  ["the end of it", 1, END_STREAM],
])("%s is handed on without a copy", (_, length, flags) => {
  expect(received(length, flags).buffer).toBe(READ.buffer);
});
