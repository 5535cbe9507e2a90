import { expect, test } from "vitest";
import { parseEncoding, parseEncodingList, parseRankedEncodings } from "../../src/wire/encoding-list.ts";

test.each([
  [null, undefined],
  [undefined, undefined],
  ["", undefined],
  ["identity", undefined],
  ["Identity", undefined],
  ["gzip", "gzip"],
  ["GZip", "gzip"],
  ["gzip, gzip", "gzip, gzip"],
])("%j is the encoding %j", (value, name) => {
  expect(parseEncoding(value)).toBe(name);
});

test.each([
  [null, []],
  ["", []],
  [" ", []],
  [",", []],
  [" , ,", []],
  ["identity", []],
  ["gzip", ["gzip"]],
  [" gzip ", ["gzip"]],
  ["gzip,deflate", ["gzip", "deflate"]],
  ["identity, deflate , gzip", ["deflate", "gzip"]],
  ["gzip,,br", ["gzip", "br"]],
  ["identity,gzip,identity", ["gzip"]],
  ["x-unknown, zstd", ["x-unknown", "zstd"]],
])("%j names %j", (value, names) => {
  expect(parseEncodingList(value)).toEqual(names);
});

/** RFC 9110, section 12.5.3; Connect's "Accept-Encoding" is the part of it without quality values. */
test.each([
  ["", []],
  ["gzip", ["gzip"]],
  ["identity", []],
  ["br, gzip,zstd", ["br", "gzip", "zstd"]],
  ["gzip, deflate, br, zstd", ["gzip", "deflate", "br", "zstd"]],
  ["GZIP", ["gzip"]],
  ["gzip;q=0.5, br;q=1.0, zstd;q=0.8", ["br", "zstd", "gzip"]],
  ["gzip ; q=0.1 , br", ["br", "gzip"]],
  ["gzip;Q=0.1, br;q=0.2", ["br", "gzip"]],
  ["gzip;q=0, br;q=0.000, zstd;q=0.001", ["zstd"]],
  ["gzip;q=1, identity; q=0.5, *;q=0", ["gzip"]],
  ["gzip;q=x, br", ["br"]],
  ["gzip;q=0.5x, br", ["br"]],
  ["gzip;level=9", ["gzip"]],
  [" , ,gzip,", ["gzip"]],
] as const)("accept-encoding: %s", (value, names) => {
  expect(parseRankedEncodings(value)).toEqual(names);
});
