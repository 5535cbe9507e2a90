import { create } from "@bufbuild/protobuf";
import type {
  handleBidiStreamingCall,
  handleClientStreamingCall,
  handleServerStreamingCall,
  handleUnaryCall,
  ServerWritableStream,
} from "@grpc/grpc-js";
import {
  type ChatMessage,
  ChatMessageSchema,
  type CreateUsersResponse,
  CreateUsersResponseSchema,
  type GetUserRequest,
  type ListUsersRequest,
  type User,
  type UserResponse,
  UserResponseSchema,
  UserSchema,
} from "@railhead/example-user-service/gen/user_service_pb";
import { STREAMED_USER, userOf } from "../content.ts";
import {
  type Bytes,
  BytesSchema,
  type DownloadRequest,
  type UploadResponse,
  UploadResponseSchema,
} from "../gen/bench_pb.ts";

/** The services in the manner of grpc-js. */

const getUser: handleUnaryCall<GetUserRequest, UserResponse> = ({ request }, respond) =>
  respond(null, create(UserResponseSchema, userOf(request.userId)));

const listUsers: handleServerStreamingCall<ListUsersRequest, User> = (call) =>
  writeAll(call, call.request.limit, () => create(UserSchema, STREAMED_USER));

const createUsers: handleClientStreamingCall<User, CreateUsersResponse> = (call, respond) => {
  let created = 0;
  call.on("data", ({ name }: User) => {
    if (name !== "") created++;
  });
  call.on("end", () => respond(null, create(CreateUsersResponseSchema, { created })));
};

const chat: handleBidiStreamingCall<ChatMessage, ChatMessage> = (call) => {
  call.on("data", ({ text }: ChatMessage) => {
    if (call.write(create(ChatMessageSchema, { sender: "server", text }))) return;
    call.pause();
    call.once("drain", () => call.resume());
  });
  call.on("end", () => call.end());
};

const echo: handleUnaryCall<Bytes, Bytes> = ({ request }, respond) =>
  respond(null, create(BytesSchema, { data: request.data }));

const download: handleServerStreamingCall<DownloadRequest, Bytes> = (call) => {
  const data = new Uint8Array(call.request.messageBytes);
  writeAll(call, call.request.messages, () => create(BytesSchema, { data }));
};

const upload: handleClientStreamingCall<Bytes, UploadResponse> = (call, respond) => {
  let bytes = 0;
  call.on("data", ({ data }: Bytes) => {
    bytes += data.length;
  });
  call.on("end", () => respond(null, create(UploadResponseSchema, { bytes })));
};

const rawEcho: handleUnaryCall<Buffer, Buffer> = ({ request }, respond) => respond(null, request);

export const users = { getUser, listUsers, createUsers, chat };
export const payloads = { echo, download, upload };
export const raw = { echo: rawEcho };

/** Writes as the documentation of grpc-js asks: until `write` returns false, then after "drain". */
function writeAll<Request, Response>(
  call: ServerWritableStream<Request, Response>,
  count: number,
  next: () => Response,
): void {
  let sent = 0;
  const more = (): void => {
    while (sent < count) {
      sent++;
      if (!call.write(next())) {
        call.once("drain", more);
        return;
      }
    }
    call.end();
  };
  more();
}
