import fc from "fast-check";
import { expect, test } from "vitest";
import { appendFields, Metadata, receiveField } from "../../src/metadata.ts";
import { decodeBase64, encodeBase64 } from "../../src/wire/base64.ts";
import { Base64StreamDecoder } from "../../src/wire/base64-stream.ts";
import { parseContentType } from "../../src/wire/content-type.ts";
import { parseEncodingList } from "../../src/wire/encoding-list.ts";
import { WireFault } from "../../src/wire/fault.ts";
import { encodeFrame, FrameReader } from "../../src/wire/frame.ts";
import { formatStatusMessage } from "../../src/wire/percent-message.ts";
import { parseProcedure } from "../../src/wire/procedure.ts";
import { parseTimeout } from "../../src/wire/timeout.ts";
import { encodeWebTrailers } from "../../src/wire/web-trailers.ts";
import { concat, splitFrames, text, utf8 } from "../support/bytes.ts";
import { forbidEndlessLoops } from "../support/hygiene.ts";
import { anyText, chunked, cuts, useFixedSeed } from "../support/seed.ts";

useFixedSeed(500);
forbidEndlessLoops();

const octets = fc.uint8Array({ maxLength: 200 });
const frames = fc.array(fc.record({ flags: fc.constantFrom(0, 1), payload: octets }), { maxLength: 8 });

/** Runs a parser on what may be anything: it gives a result or a WireFault, never another error. */
function faultOr<T>(parse: () => T): T | WireFault {
  try {
    return parse();
  } catch (error) {
    if (error instanceof WireFault) return error;
    throw error;
  }
}

function readAll(reader: FrameReader, chunks: Uint8Array[]) {
  const read = [];
  for (const chunk of chunks) {
    reader.push(chunk);
    for (let next = reader.next(); next !== undefined; next = reader.next()) read.push(next);
  }
  reader.end();
  return read;
}

test("frames come back, however they are cut", () => {
  fc.assert(
    fc.property(frames, cuts, (sent, places) => {
      const wire = concat(...sent.map(({ payload, flags }) => encodeFrame(payload, flags)));
      expect(readAll(new FrameReader(200), chunked(wire, places))).toEqual(sent);
      expect(splitFrames(wire)).toEqual(sent);
    }),
  );
});

test("bytes of any kind are frames or a fault, the same however they are cut", () => {
  fc.assert(
    fc.property(octets, cuts, (wire, places) => {
      const whole = faultOr(() => readAll(new FrameReader(64, 0x81), [wire]));
      const cut = faultOr(() => readAll(new FrameReader(64, 0x81), chunked(wire, places)));
      expect(cut).toEqual(whole);
    }),
  );
});

test("base64 comes back, and is what Node writes", () => {
  fc.assert(
    fc.property(octets, (sent) => {
      const encoded = encodeBase64(sent);
      expect(encoded).toBe(Buffer.from(sent).toString("base64"));
      expect(decodeBase64(encoded)).toEqual(sent);
      expect(decodeBase64(encoded.replace(/=+$/, ""))).toEqual(sent);
    }),
  );
});

test("text of any kind is base64 or undefined", () => {
  fc.assert(
    fc.property(anyText, (value) => {
      const decoded = decodeBase64(value);
      if (decoded !== undefined)
        expect(value.replace(/=+$/, "")).toHaveLength(Math.ceil((decoded.length * 4) / 3));
    }),
  );
});

test("segments of base64 come back, however they are cut", () => {
  fc.assert(
    fc.property(fc.array(octets, { maxLength: 5 }), cuts, (sent, places) => {
      const wire = utf8(sent.map((part) => Buffer.from(part).toString("base64")).join(""));
      const decoder = new Base64StreamDecoder();
      const read = chunked(wire, places).map((chunk) => decoder.decode(chunk));
      decoder.end();
      expect(concat(...read)).toEqual(concat(...sent));
    }),
  );
});

test("bytes of any kind are base64 or a fault", () => {
  const almost = fc.string({ unit: fc.constantFrom(..."AQgw+/= \n-_é"), maxLength: 40 });
  fc.assert(
    fc.property(fc.oneof(octets, almost.map(utf8)), cuts, (wire, places) => {
      const decode = (chunks: Uint8Array[]) =>
        faultOr(() => {
          const decoder = new Base64StreamDecoder();
          const read = chunks.map((chunk) => decoder.decode(chunk));
          decoder.end();
          return concat(...read);
        });
      const [whole, cut] = [decode([wire]), decode(chunked(wire, places))];
      // Which fault comes first depends on the cuts; whether there is one does not.
      expect(cut instanceof WireFault).toBe(whole instanceof WireFault);
      if (!(whole instanceof WireFault)) expect(cut).toEqual(whole);
    }),
  );
});

test("status messages come back through HTTP", () => {
  fc.assert(
    fc.property(anyText, (message) => {
      const value = formatStatusMessage(message);
      expect(value).toMatch(/^[\x20-\x7e]*$/);
      const carried = new Headers([["grpc-message", value]]).get("grpc-message") ?? "";
      expect(decodeURIComponent(carried)).toBe(message.toWellFormed());
    }),
  );
});

test("metadata comes back", () => {
  const key = fc.stringMatching(/^[a-z0-9_.-]{1,12}$/).map((name) => `x${name}`);
  const textValue = fc.stringMatching(/^[\x20-\x7e]{0,20}$/).map((value) => value.trim());
  const entry = fc.oneof(
    fc.tuple(
      key.map((name) => `${name}x`),
      textValue,
    ),
    fc.tuple(
      key.map((name) => `${name}-bin`),
      octets,
    ),
  );
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 10 }), (entries) => {
      const list: string[] = [];
      appendFields(list, new Metadata(entries));
      const received = new Metadata();
      for (let at = 0; at < list.length; at += 2) {
        expect(receiveField(received, list[at] ?? "", list[at + 1] ?? "")).toBe(true);
      }
      expect([...received]).toEqual(entries);
      const block = text(splitFrames(encodeWebTrailers(list))[0]?.payload);
      expect(block.split("\r\n")).toHaveLength(entries.length + 1);
    }),
  );
});

test("header values of any kind are read without an error", () => {
  fc.assert(
    fc.property(anyText, anyText, (name, value) => {
      receiveField(new Metadata(), name, value);
      receiveField(new Metadata(), `${name}-bin`, value);
      const timeoutMs = parseTimeout(value);
      expect(timeoutMs === undefined || timeoutMs >= 0).toBe(true);
      parseContentType(value);
      parseEncodingList(value);
      const procedure = parseProcedure(value);
      if (procedure !== undefined) expect(`/${procedure.serviceName}/${procedure.methodName}`).toBe(value);
    }),
  );
});
