import { expect, test } from "vitest";
import { PrefaceReader } from "../../src/http2/preface.ts";
import { ErrorCode } from "../../src/http2/protocol.ts";
import { cut } from "./support/bytes.ts";
import { faultCode } from "./support/fault-code.ts";

const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

test.each([[[1000]], [[24]], [[1]], [[23, 1]], [[23, 2]], [[7, 30]]])(
  "what comes behind the preface is handed on, cut into %j",
  (places) => {
    const reader = new PrefaceReader();
    const rest = cut(Buffer.from(`${PREFACE}PRI rest`), places).map((piece) => reader.push(piece));
    expect(Buffer.concat(rest).toString()).toBe("PRI rest");
    expect(reader.push(Buffer.from("more")).toString()).toBe("more");
  },
);

test("nothing has to come", () => {
  const reader = new PrefaceReader();
  expect(reader.push(Buffer.alloc(0))).toHaveLength(0);
  expect(reader.push(Buffer.from(`${PREFACE}a`)).toString()).toBe("a");
  expect(reader.push(Buffer.alloc(0))).toHaveLength(0);
});

test.each(Array.from({ length: PREFACE.length }, (_, at) => at))("byte %i is as it must be", (at) => {
  const wrong = Buffer.from(PREFACE);
  wrong[at] = (wrong[at] as number) ^ 0x20;
  expect(faultCode(() => new PrefaceReader().push(wrong))).toBe(ErrorCode.PROTOCOL_ERROR);
  const reader = new PrefaceReader();
  reader.push(wrong.subarray(0, at));
  expect(faultCode(() => reader.push(wrong.subarray(at, at + 1)))).toBe(ErrorCode.PROTOCOL_ERROR);
});
