import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  GetUserRequestSchema,
  ListUsersRequestSchema,
  UserResponseSchema,
  UserSchema,
} from "@railhead/example-user-service/gen/user_service_pb";
import { frame, STREAMED_USER, userOf } from "../messages.ts";

/** What the floors do with framed messages: the same decoding and encoding as everyone else. */

export function answerGetUser(body: Buffer): Buffer {
  const { userId } = fromBinary(GetUserRequestSchema, body.subarray(5));
  return frame(toBinary(UserResponseSchema, create(UserResponseSchema, userOf(userId))));
}

/** How many users the request asks for. */
export function limitOf(body: Buffer): number {
  return fromBinary(ListUsersRequestSchema, body.subarray(5)).limit;
}

export function nextUser(): Buffer {
  return frame(toBinary(UserSchema, create(UserSchema, STREAMED_USER)));
}
