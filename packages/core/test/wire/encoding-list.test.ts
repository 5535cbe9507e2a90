import { expect, test } from "vitest";
import { parseEncodingList } from "../../src/wire/encoding-list.ts";

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
