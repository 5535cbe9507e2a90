import { create, isMessage } from "@bufbuild/protobuf";
import { AnySchema, anyUnpack, DurationSchema, StringValueSchema } from "@bufbuild/protobuf/wkt";
import { expect, test } from "vitest";
import { GrpcError } from "../src/error.ts";
import { packDetail, unpackDetails } from "../src/error-detail.ts";
import { GrpcStatusCode } from "../src/status.ts";
import { bytes } from "./support/bytes.ts";
import { UserSchema } from "./support/user-service.ts";

test("a detail is a google.protobuf.Any that protobuf-es unpacks", () => {
  const detail = packDetail(UserSchema, { id: "123", tags: ["a", "b"] });
  expect(detail.typeUrl).toBe("type.googleapis.com/example.User");
  const user = anyUnpack(create(AnySchema, detail), UserSchema);
  expect(user).toMatchObject({ id: "123", name: "", tags: ["a", "b"] });
});

test("a finished message can be packed as well", () => {
  const user = create(UserSchema, { id: "1" });
  expect(packDetail(UserSchema, user)).toEqual(packDetail(UserSchema, { id: "1" }));
});

test("the details of a type are unpacked, in order, and the others left", () => {
  const details = [
    packDetail(StringValueSchema, { value: "first" }),
    packDetail(DurationSchema, { seconds: 5n }),
    packDetail(StringValueSchema, { value: "second" }),
  ];
  const error = new GrpcError(GrpcStatusCode.ABORTED, "", { details });
  const texts = unpackDetails(error, StringValueSchema);
  expect(texts.map(({ value }) => value)).toEqual(["first", "second"]);
  expect(texts.every((message) => isMessage(message, StringValueSchema))).toBe(true);
  expect(unpackDetails(error, DurationSchema).map(({ seconds }) => seconds)).toEqual([5n]);
  expect(unpackDetails(error, UserSchema)).toEqual([]);
});

test("the host in a type URL does not matter", () => {
  for (const prefix of ["", "/", "https://types.example.com/path/"]) {
    const detail = { ...packDetail(UserSchema, { id: "1" }), typeUrl: `${prefix}example.User` };
    const error = new GrpcError(GrpcStatusCode.ABORTED, "", { details: [detail] });
    expect(unpackDetails(error, UserSchema)).toHaveLength(1);
  }
  const other = { ...packDetail(UserSchema, { id: "1" }), typeUrl: "type.googleapis.com/other.example.User" };
  expect(unpackDetails(new GrpcError(GrpcStatusCode.ABORTED, "", { details: [other] }), UserSchema)).toEqual(
    [],
  );
});

test("a detail that is not what its type says throws", () => {
  const details = [{ typeUrl: "type.googleapis.com/example.User", value: bytes(0xff, 0xff) }];
  expect(() => unpackDetails(new GrpcError(GrpcStatusCode.ABORTED, "", { details }), UserSchema)).toThrow();
});
