import { jsonFormat, type ServerOptions } from "@railhead/core";
import { expect, test } from "vitest";
import { nodeCompression } from "../src/compression.ts";
import { withNodeDefaults } from "../src/defaults.ts";

const names = nodeCompression().map(({ name }) => name);

/** The codecs and the JSON of what becomes of a user's options. */
function chosen(options: ServerOptions): unknown {
  const { compression, json } = withNodeDefaults(options);
  return { codecs: compression === false ? false : compression?.codecs?.map(({ name }) => name), json };
}

test.each<ServerOptions>([
  {},
  { json: undefined, compression: undefined },
  { compression: { codecs: undefined, minBytes: 7 } },
])("what is undefined is not set: %j", (options) => {
  expect(chosen(options)).toEqual({
    codecs: names,
    json: expect.objectContaining({ decode: expect.anything() }),
  });
});

test("what is set stays", () => {
  const json = jsonFormat();
  const { compression } = withNodeDefaults({ compression: { minBytes: 7 } });
  expect(compression).toMatchObject({ minBytes: 7 });
  expect(chosen({ compression: { codecs: [] }, json })).toEqual({ codecs: [], json });
  expect(chosen({ compression: false, json })).toEqual({ codecs: false, json });
});
