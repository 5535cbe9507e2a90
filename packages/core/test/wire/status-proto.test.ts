import { create, createFileRegistry, fromBinary, isMessage, toBinary } from "@bufbuild/protobuf";
import { isReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import {
  AnySchema,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
  file_google_protobuf_any,
} from "@bufbuild/protobuf/wkt";
import { describe, expect, test } from "vitest";
import { type AnyMessage, decodeStatusDetails, encodeStatus } from "../../src/wire/status-proto.ts";
import { bytes, utf8 } from "../support/bytes.ts";

/** google/rpc/status.proto, as protoc would describe it. */
const file = create(FileDescriptorProtoSchema, {
  name: "google/rpc/status.proto",
  package: "google.rpc",
  syntax: "proto3",
  dependency: ["google/protobuf/any.proto"],
  messageType: [
    {
      name: "Status",
      field: [
        {
          name: "code",
          number: 1,
          type: FieldDescriptorProto_Type.INT32,
          label: FieldDescriptorProto_Label.OPTIONAL,
        },
        {
          name: "message",
          number: 2,
          type: FieldDescriptorProto_Type.STRING,
          label: FieldDescriptorProto_Label.OPTIONAL,
        },
        {
          name: "details",
          number: 3,
          type: FieldDescriptorProto_Type.MESSAGE,
          label: FieldDescriptorProto_Label.REPEATED,
          typeName: ".google.protobuf.Any",
        },
      ],
    },
  ],
});
const registry = createFileRegistry(file, (name) =>
  name === file_google_protobuf_any.proto.name ? file_google_protobuf_any.proto : undefined,
);

function statusSchema(): NonNullable<ReturnType<typeof registry.getMessage>> {
  const schema = registry.getMessage("google.rpc.Status");
  if (schema === undefined) throw new Error("google.rpc.Status is not in the registry");
  return schema;
}

interface Decoded {
  code: unknown;
  message: unknown;
  details: AnyMessage[];
}

/** Read with protobuf-es and the descriptor above. */
function decode(encoded: Uint8Array): Decoded {
  const status = reflect(statusSchema(), fromBinary(statusSchema(), encoded));
  const fields = Object.fromEntries(status.fields.map((field) => [field.name, field]));
  const { code, message, details } = fields;
  if (code?.fieldKind !== "scalar" || message?.fieldKind !== "scalar" || details?.fieldKind !== "list") {
    throw new Error("the descriptor is not what this test wrote");
  }
  expect(status.getUnknown() ?? []).toEqual([]);
  return {
    code: status.get(code),
    message: status.get(message),
    details: [...status.get(details)].map((item) => {
      const any = isReflectMessage(item) ? item.message : undefined;
      if (!isMessage(any, AnySchema)) throw new Error("a detail is a google.protobuf.Any");
      return { typeUrl: any.typeUrl, value: any.value };
    }),
  };
}

const long = new Uint8Array(20_000).fill(7);

describe.each<[string, number, string, AnyMessage[]]>([
  ["nothing but a code", 13, "", []],
  ["code 0", 0, "fine", []],
  ["a message", 5, "User 999 not found", []],
  ["a message outside ASCII", 3, "größer als 5 € 😀", []],
  ["a message of 127 bytes", 3, "m".repeat(127), []],
  ["a message of 128 bytes, whose length takes two", 3, "m".repeat(128), []],
  ["a message of 16384 bytes, whose length takes three", 3, "m".repeat(16_384), []],
  ["a detail", 9, "no", [{ typeUrl: "type.googleapis.com/a.B", value: bytes(8, 1) }]],
  ["an empty detail", 9, "no", [{ typeUrl: "", value: bytes() }]],
  [
    "several details, a long one among them",
    16,
    "no",
    [
      { typeUrl: "type.googleapis.com/a.B", value: bytes() },
      { typeUrl: "type.googleapis.com/a.Long", value: long },
      { typeUrl: "", value: bytes(255) },
    ],
  ],
])("a status with %s", (_, code, message, details) => {
  test("is what protobuf-es decodes", () => {
    expect(decode(encodeStatus(code, message, details))).toEqual({ code, message, details });
  });

  test("is byte for byte what protobuf-es encodes", () => {
    const encoded = encodeStatus(code, message, details);
    expect(toBinary(statusSchema(), fromBinary(statusSchema(), encoded))).toEqual(encoded);
  });
});

test("a status is byte for byte what the .proto file says", () => {
  expect(encodeStatus(5, "no", [{ typeUrl: "t", value: bytes(9) }])).toEqual(
    bytes(0x08, 5, 0x12, 2, ...utf8("no"), 0x1a, 6, 0x0a, 1, ...utf8("t"), 0x12, 1, 9),
  );
  expect(encodeStatus(0, "", [])).toEqual(bytes());
});

describe("details", () => {
  const details = [
    { typeUrl: "type.googleapis.com/a.B", value: bytes(1, 2, 3) },
    { typeUrl: "", value: bytes() },
    { typeUrl: "type.googleapis.com/ä", value: new Uint8Array(300) },
    // Its length has 0x80 for a byte, which is not the last one.
    { typeUrl: "type.googleapis.com/c", value: new Uint8Array(128) },
  ];

  test.each([0, 1, 2, 3, 4])("%d of them are read", (count) => {
    expect(decodeStatusDetails(encodeStatus(5, "not here", details.slice(0, count)))).toEqual(
      details.slice(0, count),
    );
  });

  test("fields of another type are unknown ones, whatever their number", () => {
    expect(decodeStatusDetails(bytes(0x18, 1))).toEqual([]);
    const any = bytes(0x0a, 1, 0x61, 0x08, 1);
    expect(decodeStatusDetails(bytes(0x1a, any.length, ...any))).toEqual([{ typeUrl: "a", value: bytes() }]);
  });

  test.each([
    ["a varint", bytes(0x28, 0x96, 0x01)],
    ["a varint of ten bytes", bytes(0x28, ...new Array(9).fill(0xff), 0x01)],
    ["eight bytes", bytes(0x29, 1, 2, 3, 4, 5, 6, 7, 8)],
    ["four bytes", bytes(0x2d, 1, 2, 3, 4)],
    ["a string", bytes(0x2a, 2, 0x61, 0x62)],
    ["a field with a large number", bytes(0xfa, 0xff, 0x03, 1, 0)],
  ])("unknown fields are passed over: %s", (_, field) => {
    const status = encodeStatus(5, "not here", details.slice(0, 1));
    expect(decodeStatusDetails(bytes(...field, ...status, ...field))).toEqual(details.slice(0, 1));
  });

  test("of a field that comes twice, the last one counts", () => {
    const any = bytes(0x0a, 1, 0x61, 0x0a, 1, 0x62);
    expect(decodeStatusDetails(bytes(0x1a, any.length, ...any))).toEqual([{ typeUrl: "b", value: bytes() }]);
  });

  test("every truncated message is either a shorter one or none", () => {
    const status = encodeStatus(5, "m", details.slice(0, 1));
    const start = 5;
    for (let length = 0; length < status.length; length++) {
      const read = decodeStatusDetails(status.slice(0, length));
      expect(read).toEqual([0, 2, start].includes(length) ? [] : undefined);
    }
  });

  test.each([
    ["a group", bytes(0x1b)],
    ["an unknown wire type", bytes(0x1f, 0)],
    ["a length beyond the end", bytes(0x1a, 0xff, 0xff, 0xff, 0xff, 0x7f)],
    ["a varint without an end", bytes(...new Array(11).fill(0xff))],
    ["a varint of eleven bytes", bytes(0x28, ...new Array(10).fill(0xff), 0x01)],
    ["a detail that is none", bytes(0x1a, 1, 0x0f)],
  ])("%s is no status", (_, status) => {
    expect(decodeStatusDetails(status)).toBeUndefined();
  });
});
