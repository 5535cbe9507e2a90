import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  ChatMessageSchema,
  CreateUsersResponseSchema,
  GetUserRequestSchema,
  ListUsersRequestSchema,
  UserResponseSchema,
  UserSchema,
} from "@railhead/example-user-service/gen/user_service_pb";
import { STREAMED_USER, userOf } from "../content.ts";
import { BytesSchema, DownloadRequestSchema, UploadResponseSchema } from "../gen/bench_pb.ts";
import { PATHS } from "../paths.ts";
import { frame } from "../wire/frame.ts";

/** What the floors do with messages: the same decoding and encoding as everyone else. */

/** Methods of one message each way, by path. */
export const UNARY: Readonly<Record<string, (request: Uint8Array) => Uint8Array>> = {
  [PATHS.getUser]: (request) => {
    const { userId } = fromBinary(GetUserRequestSchema, request);
    return toBinary(UserResponseSchema, create(UserResponseSchema, userOf(userId)));
  },
  [PATHS.echo]: (request) => {
    const { data } = fromBinary(BytesSchema, request);
    return toBinary(BytesSchema, create(BytesSchema, { data }));
  },
  [PATHS.rawEcho]: (request) => request,
};

/** The messages of a server stream, framed, one at each call; undefined behind the last. */
export function streamOf(path: string | undefined, body: Buffer): () => Buffer | undefined {
  const request = body.subarray(5);
  const isDownload = path === PATHS.download;
  const { messages, messageBytes } = isDownload
    ? fromBinary(DownloadRequestSchema, request)
    : { messages: fromBinary(ListUsersRequestSchema, request).limit, messageBytes: 0 };
  const data = new Uint8Array(messageBytes);
  let sent = 0;
  return () => {
    if (sent++ === messages) return undefined;
    return frame(
      isDownload
        ? toBinary(BytesSchema, create(BytesSchema, { data }))
        : toBinary(UserSchema, create(UserSchema, STREAMED_USER)),
    );
  };
}

/** Takes a client stream and answers it. */
export function summaryOf(path: string | undefined, body: Buffer): Buffer {
  let count = 0;
  let bytes = 0;
  eachMessage(body, (message) => {
    count++;
    if (path === PATHS.upload) bytes += fromBinary(BytesSchema, message).data.length;
    else fromBinary(UserSchema, message);
  });
  if (path === PATHS.upload)
    return frame(toBinary(UploadResponseSchema, create(UploadResponseSchema, { bytes })));
  return frame(toBinary(CreateUsersResponseSchema, create(CreateUsersResponseSchema, { created: count })));
}

export function answerChat(message: Uint8Array): Buffer {
  const { text } = fromBinary(ChatMessageSchema, message);
  return frame(toBinary(ChatMessageSchema, create(ChatMessageSchema, { sender: "server", text })));
}

/** Visits the whole frames; what is left over comes back. */
export function eachMessage(body: Buffer, visit: (message: Buffer) => void): Buffer {
  let at = 0;
  while (at + 5 <= body.length) {
    const end = at + 5 + body.readUInt32BE(at + 1);
    if (end > body.length) break;
    visit(body.subarray(at + 5, end));
    at = end;
  }
  return body.subarray(at);
}
