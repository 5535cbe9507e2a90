import { afterEach, describe, expect, test, vi } from "vitest";
import { Base64StreamDecoder } from "../../src/wire/base64-stream.ts";
import { WireFault } from "../../src/wire/fault.ts";
import { bytes, concat, everyCut, utf8 } from "../support/bytes.ts";
import { collectGarbage } from "../support/garbage.ts";
import { forbidEndlessLoops } from "../support/hygiene.ts";

forbidEndlessLoops();
afterEach(() => void vi.unstubAllGlobals());

/** The whole of what came out. Throws what the decoder throws. */
function decodeAll(chunks: Uint8Array[]): Uint8Array {
  const decoder = new Base64StreamDecoder();
  const parts = chunks.map((chunk) => decoder.decode(chunk));
  decoder.end();
  return concat(...parts);
}

/** [name, body, what it holds] */
const VECTORS: [string, string, string][] = [
  ["nothing", "", ""],
  ["one segment without padding", "Zm9v", "foo"],
  ["one segment with one letter of padding", "Zm9vYmE=", "fooba"],
  ["one segment with two letters of padding", "Zm9vYg==", "foob"],
  ["padding mid-stream", "Zg==Zm9v", "ffoo"],
  ["padding after each byte", "Zg==bw==bw==", "foo"],
  ["padding of both lengths", "Zm8=YmE=cg==", "fobar"],
  ["a long segment, padding, a long segment", "Zm9vYmFyZm9vYg==Zm9vYmFy", "foobarfoobfoobar"],
];

describe.each(VECTORS)("a body of %s", (_, body, decoded) => {
  test("is read however it is cut", () => {
    for (const chunks of everyCut(utf8(body))) expect(decodeAll(chunks)).toEqual(utf8(decoded));
  });

  test("that ends inside a group is truncated", () => {
    for (const rest of ["Z", "Zm", "Zm9", "Zg="]) {
      for (const chunks of everyCut(utf8(body + rest))) {
        expect(() => decodeAll(chunks)).toThrow(new WireFault("truncated", "the body is not base64"));
      }
    }
  });
});

test("whole groups come out at once, the rest stays until it is whole", () => {
  const decoder = new Base64StreamDecoder();
  expect(decoder.decode(utf8("Zm9vY"))).toEqual(utf8("foo"));
  expect(decoder.decode(utf8("mF"))).toEqual(bytes());
  expect(decoder.decode(utf8("yZg=="))).toEqual(utf8("barf"));
});

test.each([
  ["a letter of another alphabet", "Zm9-"],
  ["white space between segments", "Zg==\nZg="],
  ["a line break inside a group", "Zm\n9v==="],
  ["padding at the front of a group", "=AAA"],
  ["padding in the middle of a group", "Zg=A"],
  ["three letters of padding", "Z==="],
  ["nothing but padding", "===="],
  ["bytes over 127", "Zm9\u00e9"],
  ["a byte order mark", "\u00ef\u00bb\u00bfZm9"],
])("%s is malformed, wherever the body is cut", (_, body) => {
  for (const chunks of everyCut(Uint8Array.from(body, (letter) => letter.charCodeAt(0)))) {
    expect(() => decodeAll(chunks)).toThrow(new WireFault("malformed", "the body is not base64"));
  }
});

test("a body of nothing but short segments takes little more memory than its bytes", () => {
  const segments = 100_000;
  const body = utf8("Zg==".repeat(segments));
  const { atob } = globalThis;
  let calls = 0;
  let grown = 0;
  vi.stubGlobal("atob", (text: string) => {
    if (++calls === segments / 2) grown = heldBytes() - before;
    return atob(text);
  });
  const before = heldBytes();
  expect(new Base64StreamDecoder().decode(body)).toEqual(utf8("f".repeat(segments)));
  expect(calls).toBeGreaterThanOrEqual(segments);
  // An array for each would come to 10 MB.
  expect(grown).toBeLessThan(2_000_000);
});

function heldBytes(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
