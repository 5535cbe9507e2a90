import type { MessageInitShape } from "@bufbuild/protobuf";
import type {
  ChatMessage,
  ChatMessageSchema,
  CreateUsersResponseSchema,
  GetUserRequest,
  ListUsersRequest,
  User,
  UserResponseSchema,
  UserSchema,
} from "@railhead/example-user-service/gen/user_service_pb";
import { STREAMED_USER, userOf } from "./content.ts";
import type {
  Bytes,
  BytesSchema,
  DownloadRequest,
  Text,
  TextSchema,
  UploadResponseSchema,
} from "./gen/bench_pb.ts";

/** The services as Railhead and connect-es both take them: one implementation, so that only what is around it differs. */

export const users = {
  async getUser({ userId }: GetUserRequest): Promise<MessageInitShape<typeof UserResponseSchema>> {
    return userOf(userId);
  },

  async *listUsers({ limit }: ListUsersRequest): AsyncGenerator<MessageInitShape<typeof UserSchema>> {
    for (let sent = 0; sent < limit; sent++) yield STREAMED_USER;
  },

  async createUsers(
    requests: AsyncIterable<User>,
  ): Promise<MessageInitShape<typeof CreateUsersResponseSchema>> {
    let created = 0;
    for await (const { name } of requests) if (name !== "") created++;
    return { created };
  },

  async *chat(
    messages: AsyncIterable<ChatMessage>,
  ): AsyncGenerator<MessageInitShape<typeof ChatMessageSchema>> {
    for await (const { text } of messages) yield { sender: "server", text };
  },
};

export const payloads = {
  async echo({ data }: Bytes): Promise<MessageInitShape<typeof BytesSchema>> {
    return { data };
  },

  async echoText({ text }: Text): Promise<MessageInitShape<typeof TextSchema>> {
    return { text };
  },

  async *download({
    messages,
    messageBytes,
  }: DownloadRequest): AsyncGenerator<MessageInitShape<typeof BytesSchema>> {
    const data = new Uint8Array(messageBytes);
    for (let sent = 0; sent < messages; sent++) yield { data };
  },

  async upload(requests: AsyncIterable<Bytes>): Promise<MessageInitShape<typeof UploadResponseSchema>> {
    let bytes = 0;
    for await (const { data } of requests) bytes += data.length;
    return { bytes };
  },
};
