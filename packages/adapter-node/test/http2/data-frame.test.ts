import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DataFrame } from "../../src/http2/data-frame.ts";
import { ErrorCode } from "../../src/http2/protocol.ts";
import { cut, lengths } from "./support/bytes.ts";
import { faultCode } from "./support/fault-code.ts";

const END_STREAM = 0x1;
const PADDED = 0x8;

test("a frame without padding is all content, and is not copied", () => {
  const frame = new DataFrame();
  frame.begin(0, 6);
  for (const bytes of [Buffer.from("abc"), Buffer.from("def")]) expect(frame.contentOf(bytes)).toBe(bytes);
});

describe("padding", () => {
  test.each([
    ["of nothing", "\0abc", "abc"],
    ["behind content", "\x02abc\0\0", "abc"],
    ["without content", "\x03\0\0\0", ""],
    ["of nothing, without content", "\0", ""],
  ])("%s is no content", (_, payload, expected) => {
    const frame = new DataFrame();
    frame.begin(PADDED, payload.length);
    expect(frame.contentOf(Buffer.from(payload)).toString()).toBe(expected);
  });

  test.each([
    ["as long as its frame", "\x04abc"],
    ["longer than its frame", "\xffabc"],
    ["that is alone", "\x01"],
  ])("is never %s", (_, payload) => {
    const frame = new DataFrame();
    frame.begin(PADDED, payload.length);
    expect(faultCode(() => frame.contentOf(Buffer.from(payload, "latin1")))).toBe(ErrorCode.PROTOCOL_ERROR);
  });

  test("is found out by what comes first, whatever follows", () => {
    const frame = new DataFrame();
    frame.begin(PADDED, 4);
    expect(faultCode(() => frame.contentOf(Buffer.from([4])))).toBe(ErrorCode.PROTOCOL_ERROR);
  });
});

test("any cutting of any frames gives the same content", () => {
  const part = fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.option(fc.nat(30), { nil: undefined }));
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), lengths, (parts, places) => {
      const frame = new DataFrame();
      for (const [content, padding] of parts) {
        const payload =
          padding === undefined
            ? Buffer.from(content)
            : Buffer.concat([Buffer.from([padding]), content, Buffer.alloc(padding, 0xee)]);
        frame.begin(padding === undefined ? 0 : PADDED, payload.length);
        const pieces = cut(payload, places).map((piece) => frame.contentOf(piece));
        expect(Buffer.concat(pieces)).toEqual(Buffer.from(content));
      }
    }),
  );
});

test.each([
  [0, false],
  [END_STREAM, true],
  [PADDED, false],
  [END_STREAM | PADDED, true],
])("flags of %i: whether the stream ends", (flags, expected) => {
  const frame = new DataFrame();
  frame.begin(END_STREAM, 1);
  frame.begin(flags, 1);
  expect(frame.endsStream).toBe(expected);
});
