import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  GetUserRequestSchema,
  ListUsersRequestSchema,
  UserResponseSchema,
  UserSchema,
} from "@railhead/example-user-service/gen/user_service_pb";

/** What goes over the wire: the same bytes for every contender. */

export const PATHS = {
  getUser: "/example.UserService/GetUser",
  listUsers: "/example.UserService/ListUsers",
} as const;

/** A streamed user of 10 bytes: a tag, a length and eight letters. */
export const STREAMED_USER: MessageInitShape<typeof UserSchema> = { name: "railhead" };

/** The answer to GetUser, built anew for each call as a handler would. */
export function userOf(id: string): MessageInitShape<typeof UserResponseSchema> {
  return {
    user: { id, name: "John Doe", email: "john@example.com", tags: ["admin", "staff"] },
    success: true,
  };
}

/** A message in its gRPC envelope: a byte of flags, four bytes of length. */
export function frame(message: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(5 + message.length);
  out[0] = 0;
  out.writeUInt32BE(message.length, 1);
  out.set(message, 5);
  return out;
}

/** One framed request message, and the framed message that answers it `count` times. */
export interface Exchange {
  readonly path: string;
  readonly request: Buffer;
  readonly response: Buffer;
  readonly count: number;
}

export const GET_USER: Exchange = {
  path: PATHS.getUser,
  request: frame(toBinary(GetUserRequestSchema, create(GetUserRequestSchema, { userId: "123" }))),
  response: frame(toBinary(UserResponseSchema, create(UserResponseSchema, userOf("123")))),
  count: 1,
};

const STREAM_MESSAGES = 10_000;

export const LIST_USERS: Exchange = {
  path: PATHS.listUsers,
  request: frame(
    toBinary(ListUsersRequestSchema, create(ListUsersRequestSchema, { limit: STREAM_MESSAGES })),
  ),
  response: frame(toBinary(UserSchema, create(UserSchema, STREAMED_USER))),
  count: STREAM_MESSAGES,
};
