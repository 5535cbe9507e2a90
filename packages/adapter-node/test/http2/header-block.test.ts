import { describe, expect, test } from "vitest";
import { HeaderBlock } from "../../src/http2/header-block.ts";
import { ErrorCode } from "../../src/http2/protocol.ts";
import { faultCode } from "./support/fault-code.ts";

const END_STREAM = 0x1;
const END_HEADERS = 0x4;
const PADDED = 0x8;
const PRIORITY = 0x20;

const text = (bytes: Buffer | undefined): string | undefined => bytes?.toString();

/** Within HEADERS, in front of the block. */
const DEPENDENCY = "\0\0\0\0\x0f";

describe("HEADERS that are all of it", () => {
  test.each([
    ["alone", 0, "block", "block"],
    ["alone, and empty", 0, "", ""],
    ["with padding", PADDED, "\x03block\0\0\0", "block"],
    ["with padding of nothing", PADDED, "\0block", "block"],
    ["with nothing but padding", PADDED, "\x03\0\0\0", ""],
    ["with nothing but a padding of nothing", PADDED, "\0", ""],
    ["with priority", PRIORITY, `${DEPENDENCY}block`, "block"],
    ["with nothing but priority", PRIORITY, DEPENDENCY, ""],
    ["with both", PADDED | PRIORITY, `\x02${DEPENDENCY}block\0\0`, "block"],
    ["with nothing but both", PADDED | PRIORITY, `\x02${DEPENDENCY}\0\0`, ""],
  ])("have the block %s", (_, flags, payload, expected) => {
    const block = new HeaderBlock(1000);
    expect(text(block.begin(END_HEADERS | flags, 1, Buffer.from(payload)))).toBe(expected);
    expect(block.stream).toBe(0);
  });

  test.each([
    ["as long as the frame", PADDED, "\x04abc"],
    ["longer than the frame", PADDED, "\xffabc"],
    ["that is alone", PADDED, "\x01"],
    ["into priority", PADDED | PRIORITY, `\x01${DEPENDENCY}`],
  ])("have no padding %s", (_, flags, payload) => {
    const block = new HeaderBlock(1000);
    expect(faultCode(() => block.begin(END_HEADERS | flags, 1, Buffer.from(payload, "latin1")))).toBe(
      ErrorCode.PROTOCOL_ERROR,
    );
  });

  test("have no half priority", () => {
    const begin = (): unknown => new HeaderBlock(1000).begin(END_HEADERS | PRIORITY, 1, Buffer.alloc(4));
    expect(faultCode(begin)).toBeDefined();
  });

  test("are not copied, and have no limit but a frame's", () => {
    const payload = Buffer.alloc(100);
    expect(new HeaderBlock(10).begin(END_HEADERS, 1, payload)?.buffer).toBe(payload.buffer);
  });
});

describe("CONTINUATION", () => {
  test("completes a block", () => {
    const block = new HeaderBlock(1000);
    expect(block.begin(PADDED, 7, Buffer.from("\x01ab\0"))).toBeUndefined();
    expect(block.stream).toBe(7);
    expect(block.continue(0, Buffer.from("cd"))).toBeUndefined();
    expect(block.continue(0, Buffer.alloc(0))).toBeUndefined();
    expect(text(block.continue(END_HEADERS, Buffer.from("ef")))).toBe("abcdef");
    expect(block.stream).toBe(0);
  });

  test("may be empty, as may HEADERS", () => {
    const block = new HeaderBlock(1000);
    expect(block.begin(0, 7, Buffer.alloc(0))).toBeUndefined();
    expect(text(block.continue(END_HEADERS, Buffer.alloc(0)))).toBe("");
  });

  test("has no padding of its own", () => {
    const block = new HeaderBlock(1000);
    block.begin(0, 7, Buffer.alloc(0));
    expect(text(block.continue(END_HEADERS | PADDED | PRIORITY, Buffer.from("\x01ab")))).toBe("\x01ab");
  });

  test("a block is gathered from copies", () => {
    const block = new HeaderBlock(1000);
    const [first, second] = [Buffer.from("ab"), Buffer.from("cd")];
    block.begin(0, 7, first);
    first.fill(0);
    block.continue(0, second);
    second.fill(0);
    expect(text(block.continue(END_HEADERS, Buffer.from("ef")))).toBe("abcdef");
  });

  test("the next block begins anew", () => {
    const block = new HeaderBlock(300);
    for (const part of ["a", "b"]) {
      block.begin(0, 7, Buffer.from(part));
      expect(text(block.continue(END_HEADERS, Buffer.from(part)))).toBe(part + part);
      expect(text(block.begin(END_HEADERS, 9, Buffer.from("c")))).toBe("c");
    }
  });

  test("does not come without HEADERS, nor behind the end of a block", () => {
    const block = new HeaderBlock(1000);
    const next = (): unknown => block.continue(END_HEADERS, Buffer.alloc(0));
    expect(faultCode(next)).toBe(ErrorCode.PROTOCOL_ERROR);
    block.begin(END_HEADERS, 7, Buffer.alloc(0));
    expect(faultCode(next)).toBe(ErrorCode.PROTOCOL_ERROR);
    block.begin(0, 7, Buffer.alloc(0));
    next();
    expect(faultCode(next)).toBe(ErrorCode.PROTOCOL_ERROR);
  });
});

describe("what comes within a block", () => {
  test("is CONTINUATION of the same stream", () => {
    const block = new HeaderBlock(1000);
    block.begin(0, 7, Buffer.alloc(0));
    expect(faultCode(() => block.checkNext(true, 7))).toBeUndefined();
    expect(faultCode(() => block.checkNext(true, 5))).toBe(ErrorCode.PROTOCOL_ERROR);
    expect(faultCode(() => block.checkNext(false, 7))).toBe(ErrorCode.PROTOCOL_ERROR);
    expect(faultCode(() => block.checkNext(false, 0))).toBe(ErrorCode.PROTOCOL_ERROR);
  });

  test("and behind it is anything", () => {
    const block = new HeaderBlock(1000);
    expect(faultCode(() => block.checkNext(false, 7))).toBeUndefined();
    block.begin(0, 7, Buffer.alloc(0));
    block.continue(END_HEADERS, Buffer.alloc(0));
    expect(faultCode(() => block.checkNext(false, 5))).toBeUndefined();
  });
});

test("the end of the stream is told in HEADERS", () => {
  const block = new HeaderBlock(1000);
  block.begin(END_STREAM, 7, Buffer.alloc(0));
  expect(block.endsStream).toBe(true);
  block.continue(END_HEADERS, Buffer.alloc(0));
  expect(block.endsStream).toBe(true);
  block.begin(0, 9, Buffer.alloc(0));
  block.continue(END_HEADERS | END_STREAM, Buffer.alloc(0));
  expect(block.endsStream).toBe(false);
});

describe("a block in several frames", () => {
  test.each([
    ["just fits", 1000, [500, 500], undefined],
    ["is one too large", 1000, [500, 501], ErrorCode.ENHANCE_YOUR_CALM],
    ["is too large with its first frame", 1000, [1001], ErrorCode.ENHANCE_YOUR_CALM],
    ["of frames that count for 128 bytes just fits", 384, [0, 1, 128], undefined],
    ["of frames that count for 128 bytes is one too large", 384, [0, 1, 129], ErrorCode.ENHANCE_YOUR_CALM],
    ["of too many empty frames", 383, [0, 0, 0], ErrorCode.ENHANCE_YOUR_CALM],
  ])("%s", (_, limit, lengths, code) => {
    const block = new HeaderBlock(limit);
    const send = (): void => {
      for (const [at, length] of lengths.entries()) {
        if (at === 0) block.begin(0, 7, Buffer.alloc(length));
        else block.continue(at === 2 ? END_HEADERS : 0, Buffer.alloc(length));
      }
    };
    expect(faultCode(send)).toBe(code);
  });
});
