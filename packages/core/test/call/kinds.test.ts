import { create, type DescMessage, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import type { MethodRegistry } from "../../src/call/method.ts";
import { GrpcResponse } from "../../src/response.ts";
import { GrpcStatusCode } from "../../src/status.ts";
import { GrpcService } from "../../src/typed-service.ts";
import { createFetchHandler } from "../../src/web/fetch-handler.ts";
import { bytes, text, utf8 } from "../support/bytes.ts";
import { TestCall } from "../support/call.ts";
import { forbidUnhandledRejections, settle } from "../support/hygiene.ts";
import { echoService, rawService } from "../support/services.ts";
import {
  ChatMessageSchema,
  CreateUsersResponseSchema,
  GetUserRequestSchema,
  ListUsersRequestSchema,
  UserResponseSchema,
  UserSchema,
  UserService,
} from "../support/user-service.ts";
import { callWeb } from "../support/web.ts";

forbidUnhandledRejections();

interface Answer {
  readonly messages: readonly Uint8Array[];
  readonly code: number;
  readonly contentType: string | null;
}

/** The same call, in one protocol after the other. */
const PROTOCOLS: [
  string,
  (registry: MethodRegistry, path: string, messages: Uint8Array[]) => Promise<Answer>,
][] = [
  [
    "gRPC",
    async (registry, path, messages) => {
      const call = await new TestCall(registry, { path }).finish(...messages);
      await call.check();
      const contentType = call.out.headers.get("content-type");
      return { messages: call.messages, code: call.status.code, contentType };
    },
  ],
  ["gRPC-Web", overWeb("application/grpc-web")],
  ["gRPC-Web with +proto", overWeb("application/grpc-web+proto")],
  ["gRPC-Web text", overWeb("application/grpc-web-text")],
];

function overWeb(contentType: string) {
  return async (registry: MethodRegistry, path: string, messages: Uint8Array[]): Promise<Answer> => {
    const headers = { "content-type": contentType };
    const answer = await callWeb(createFetchHandler(registry), { path, headers, messages });
    expect(answer.http).toBe(200);
    expect(answer.headers.get("content-type")).toBe(contentType);
    return { ...answer, contentType: answer.headers.get("content-type") };
  };
}

describe.each(PROTOCOLS)("%s, raw bytes", (_, call) => {
  const raw = (method: string, ...messages: Uint8Array[]): Promise<Answer> =>
    call(echoService(), `/test.Service/${method}`, messages);

  test.each([
    ["one message", bytes(1, 2, 3)],
    ["an empty message", bytes()],
    ["100 KB", new Uint8Array(100_000).fill(7)],
  ])("unary: %s", async (_name, message) => {
    expect(await raw("Unary", message)).toMatchObject({ messages: [message], code: GrpcStatusCode.OK });
  });

  test("server streaming", async () => {
    const service = rawService({
      async *stream({ messages }) {
        for await (const [count] of messages) for (let at = 0; at < (count ?? 0); at++) yield bytes(at);
      },
    });
    const path = "/test.Service/ServerStream";
    const three = await call(service, path, [bytes(3)]);
    expect(three).toMatchObject({ messages: [bytes(0), bytes(1), bytes(2)], code: GrpcStatusCode.OK });
    expect(await call(service, path, [bytes(0)])).toMatchObject({ messages: [], code: GrpcStatusCode.OK });
  });

  test("client streaming", async () => {
    const answer = await raw("ClientStream", bytes(1), bytes(), bytes(2, 3));
    expect(answer).toMatchObject({ messages: [bytes(1, 2, 3)], code: GrpcStatusCode.OK });
    expect(await raw("ClientStream")).toMatchObject({ messages: [bytes()], code: GrpcStatusCode.OK });
  });

  test("bidirectional streaming", async () => {
    const messages = [bytes(), bytes(1), bytes(), bytes(), new Uint8Array(40_000).fill(2), bytes(3)];
    expect(await raw("Bidi", ...messages)).toMatchObject({ messages, code: GrpcStatusCode.OK });
    expect(await raw("Bidi")).toMatchObject({ messages: [], code: GrpcStatusCode.OK });
  });
});

describe.each(PROTOCOLS)("%s, typed", (_, call) => {
  const service = new GrpcService().registerService(UserService, {
    getUser: ({ userId }) => ({ user: { id: userId }, success: true }),
    async *listUsers({ tag, limit }) {
      for (let at = 0; at < limit; at++) yield { id: String(at), tags: [tag] };
    },
    async createUsers(users) {
      const ids: string[] = [];
      for await (const { id } of users) ids.push(id);
      return { created: ids.length, ids };
    },
    async *chat(messages) {
      for await (const message of messages) yield { sender: "server", text: message.text };
    },
  });
  const encode = <Desc extends DescMessage>(schema: Desc, init: MessageInitShape<Desc>): Uint8Array =>
    toBinary(schema, create(schema, init));
  const typed = (method: string, ...messages: Uint8Array[]): Promise<Answer> =>
    call(service, `/example.UserService/${method}`, messages);

  test("unary", async () => {
    const { messages, code } = await typed("GetUser", encode(GetUserRequestSchema, { userId: "123" }));
    expect(code).toBe(GrpcStatusCode.OK);
    expect(messages.map((message) => fromBinary(UserResponseSchema, message).user?.id)).toEqual(["123"]);
  });

  test("server streaming", async () => {
    const { messages } = await typed("ListUsers", encode(ListUsersRequestSchema, { tag: "a", limit: 3 }));
    expect(messages.map((message) => fromBinary(UserSchema, message).id)).toEqual(["0", "1", "2"]);
  });

  test("client streaming", async () => {
    const users = ["a", "", "c"].map((id) => encode(UserSchema, { id }));
    const { messages } = await typed("CreateUsers", ...users);
    expect(messages).toHaveLength(1);
    expect(fromBinary(CreateUsersResponseSchema, messages[0] ?? bytes())).toMatchObject({
      created: 3,
      ids: ["a", "", "c"],
    });
  });

  test("bidirectional streaming", async () => {
    const sent = ["hello", "", "again"].map((line) => encode(ChatMessageSchema, { text: line }));
    const { messages } = await typed("Chat", ...sent);
    const lines = messages.map((message) => fromBinary(ChatMessageSchema, message));
    expect(lines.map((line) => [line.sender, line.text])).toEqual([
      ["server", "hello"],
      ["server", ""],
      ["server", "again"],
    ]);
  });
});

test("a bidirectional stream answers each message before the next is sent", async () => {
  const call = new TestCall(echoService(), { path: "/test.Service/Bidi" });
  for (const line of ["one", "", "two", "three"]) {
    call.send(utf8(line));
    await settle();
    expect(text(call.messages.at(-1))).toBe(line);
  }
  call.inbound.end();
  await call.out.ended;
  expect(call.messages).toHaveLength(4);
  expect(call.status.code).toBe(GrpcStatusCode.OK);
  await call.check();
});

test("a streaming handler may return a ReadableStream", async () => {
  const service = rawService({ stream: ({ readable }) => readable });
  const call = await new TestCall(service, { path: "/test.Service/Bidi" }).finish(
    bytes(1),
    bytes(),
    bytes(2),
  );
  expect(call.messages).toEqual([bytes(1), bytes(), bytes(2)]);
  await call.check();
});

test("a handler may answer before the request is complete, and the rest is thrown away", async () => {
  const service = rawService({
    async *stream() {
      yield utf8("enough");
    },
  });
  for (const method of ["ClientStream", "Bidi"]) {
    const call = new TestCall(service, { path: `/test.Service/${method}` });
    call.send(bytes(1));
    await call.out.ended;
    expect(call.messages).toEqual([utf8("enough")]);
    expect(call.send(new Uint8Array(200_000))).toBe(true);
    call.inbound.end();
    expect(call.status.code).toBe(GrpcStatusCode.OK);
    await call.check();
  }
});

test("a unary handler may give anything that has a `then`", async () => {
  const payload = new GrpcResponse({ payload: bytes(1) });
  // biome-ignore lint/suspicious/noThenProperty: query builders are such objects
  const thenable = { then: (resolve: (value: GrpcResponse) => void) => resolve(payload) };
  const service = rawService({ unary: () => thenable as Promise<GrpcResponse> });
  expect((await new TestCall(service).finish(bytes())).messages).toEqual([bytes(1)]);
});
