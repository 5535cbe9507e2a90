import { describe, expect, test } from "vitest";
import { BodyReader } from "../../src/wire/body-reader.ts";
import { WireFault } from "../../src/wire/fault.ts";
import { bytes, everyCut } from "../support/bytes.ts";

const MESSAGE = bytes(1, 2, 3, 4, 5, 6, 7);

describe.each([
  ["plain", false, 0],
  ["compressed", true, 1],
] as const)("a %s body is one message", (_, isCompressed, flags) => {
  test("cut anywhere, once it has ended", () => {
    for (const chunks of everyCut(MESSAGE)) {
      const reader = new BodyReader(MESSAGE.length, isCompressed);
      for (const chunk of chunks) {
        reader.push(chunk);
        expect(reader.next()).toBeUndefined();
      }
      reader.end();
      expect(reader.next()).toEqual({ flags, payload: MESSAGE });
      expect(reader.next()).toBeUndefined();
      expect(reader.isEmpty).toBe(true);
    }
  });

  test("and nothing is a message without bytes", () => {
    const reader = new BodyReader(0, isCompressed);
    reader.end();
    expect(reader.next()).toEqual({ flags, payload: bytes() });
    expect(reader.next()).toBeUndefined();
  });
});

test("a body over the limit is refused at its first byte too many", () => {
  const reader = new BodyReader(3, false);
  reader.push(bytes(1, 2));
  reader.push(bytes(3));
  expect(() => reader.push(bytes(4))).toThrow(WireFault);
  expect(() => new BodyReader(3, false).push(bytes(1, 2, 3, 4))).toThrow(
    "a message is larger than the limit of 3 bytes",
  );
});

test("a body in very many pieces", () => {
  const reader = new BodyReader(100_000, false);
  for (let at = 0; at < 100_000; at++) reader.push(bytes(at));
  reader.end();
  expect(reader.next()?.payload).toEqual(Uint8Array.from({ length: 100_000 }, (_, at) => at));
});
