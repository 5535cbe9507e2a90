import { gzipSync } from "node:zlib";
import { create, type DescMessage, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  ChatMessageSchema,
  CreateUsersResponseSchema,
  GetUserRequestSchema,
  ListUsersRequestSchema,
  UserResponseSchema,
  UserSchema,
} from "@railhead/example-user-service/gen/user_service_pb";
import { jsonText, STREAMED_USER, userOf } from "./content.ts";
import { BytesSchema, DownloadRequestSchema, TextSchema, UploadResponseSchema } from "./gen/bench_pb.ts";
import { PATHS } from "./paths.ts";

/** The messages of one call: what goes over the wire is the same for every contender. */
export interface Exchange {
  readonly path: string;
  readonly requests: readonly Uint8Array[];
  /** The one message that comes back `count` times. */
  readonly response: Uint8Array;
  readonly count: number;
}

export const GET_USER: Exchange = {
  path: PATHS.getUser,
  requests: [encode(GetUserRequestSchema, { userId: "123" })],
  response: encode(UserResponseSchema, userOf("123")),
  count: 1,
};

/** The same bytes for a handler that does not decode them. */
export const RAW: Exchange = { ...echo(PATHS.rawEcho, GET_USER.response) };

/** One stream of so many messages of 10 bytes. */
export function listUsers(count: number): Exchange {
  return {
    path: PATHS.listUsers,
    requests: [encode(ListUsersRequestSchema, { limit: count })],
    response: encode(UserSchema, STREAMED_USER),
    count,
  };
}

export function createUsers(count: number): Exchange {
  return {
    path: PATHS.createUsers,
    requests: repeated(encode(UserSchema, STREAMED_USER), count),
    response: encode(CreateUsersResponseSchema, { created: count }),
    count: 1,
  };
}

export function chat(count: number): Exchange {
  const text = "railhead";
  return {
    path: PATHS.chat,
    requests: repeated(encode(ChatMessageSchema, { sender: "client", text }), count),
    response: encode(ChatMessageSchema, { sender: "server", text }),
    count,
  };
}

export function echoBytes(length: number): Exchange {
  return echo(PATHS.echo, encode(BytesSchema, { data: new Uint8Array(length).fill(0x61) }));
}

/** Text such as JSON, which gzip makes about a tenth of. The request is gzip, the response has to be. */
export function echoText(length: number): Exchange {
  const plain = encode(TextSchema, { text: jsonText(length) });
  return { ...echo(PATHS.echoText, plain), requests: [gzipSync(plain)] };
}

/** One stream of so many messages of so many bytes of data. */
export function downloadBytes(count: number, messageBytes: number): Exchange {
  return {
    path: PATHS.download,
    requests: [encode(DownloadRequestSchema, { messages: count, messageBytes })],
    response: encode(BytesSchema, { data: new Uint8Array(messageBytes) }),
    count,
  };
}

export function uploadBytes(count: number, messageBytes: number): Exchange {
  return {
    path: PATHS.upload,
    requests: repeated(encode(BytesSchema, { data: new Uint8Array(messageBytes) }), count),
    response: encode(UploadResponseSchema, { bytes: count * messageBytes }),
    count: 1,
  };
}

/** Messages of one call, of the direction that has more. */
export function messagesOfCall({ requests, count }: Exchange): number {
  return Math.max(requests.length, count);
}

function echo(path: string, message: Uint8Array): Exchange {
  return { path, requests: [message], response: message, count: 1 };
}

function encode<Desc extends DescMessage>(schema: Desc, init: MessageInitShape<Desc>): Uint8Array {
  return toBinary(schema, create(schema, init));
}

function repeated(message: Uint8Array, count: number): Uint8Array[] {
  return Array.from({ length: count }, () => message);
}
