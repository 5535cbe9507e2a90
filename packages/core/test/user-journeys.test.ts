/**
 * The behaviours that a binding of one handler per service promises to its users, each by its simplest example: what a
 * handler sees, what it may say, how it fails, and how it is tested.
 */
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { StructSchema, TimestampSchema, timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, test, vi } from "vitest";
import {
  GrpcError,
  type GrpcHandler,
  GrpcRequest,
  GrpcResponse,
  GrpcService,
  GrpcStatusCode,
} from "../src/index.ts";
import { createFetchHandler } from "../src/web/fetch-handler.ts";
import { bytes, utf8 } from "./support/bytes.ts";
import { forbidUnhandledRejections, settle } from "./support/hygiene.ts";
import { GetUserRequestSchema, UserResponseSchema, UserSchema } from "./support/user-service.ts";
import { callWeb } from "./support/web.ts";

forbidUnhandledRejections();

interface StoredUser {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

interface Users {
  findById(id: string): Promise<StoredUser | undefined>;
  create(user: StoredUser): Promise<void>;
}

interface Log {
  info(message: string, fields: object): void;
}

/** A handler of several methods, which takes what it works with by its constructor. */
class UserServiceHandler implements GrpcHandler {
  readonly #users: Users;
  readonly #log: Log;

  constructor(users: Users, log: Log) {
    this.#users = users;
    this.#log = log;
  }

  async handleRequest(request: GrpcRequest): Promise<GrpcResponse> {
    const trace = request.getMetadata("x-trace-id") ?? "generated";
    this.#log.info("Processing gRPC request", { method: request.methodName, trace });
    const methods: Record<string, (payload: Uint8Array) => Promise<Uint8Array>> = {
      GetUser: (payload) => this.#getUser(payload),
      CreateUser: (payload) => this.#createUser(payload),
    };
    const method = methods[request.methodName];
    if (method === undefined) {
      throw new GrpcError(GrpcStatusCode.UNIMPLEMENTED, `Unknown method: ${request.methodName}`);
    }
    const response = new GrpcResponse({ payload: await method(request.payload) });
    response.metadata.set("x-trace-id", trace);
    response.metadata.set("x-request-id", request.getMetadata("x-request-id") ?? "unknown");
    return response;
  }

  async #getUser(payload: Uint8Array): Promise<Uint8Array> {
    const { userId } = fromBinary(GetUserRequestSchema, payload);
    const user = await this.#users.findById(userId);
    if (user === undefined) throw new GrpcError(GrpcStatusCode.NOT_FOUND, `User ${userId} not found`);
    return toBinary(UserResponseSchema, create(UserResponseSchema, { user, success: true }));
  }

  async #createUser(payload: Uint8Array): Promise<Uint8Array> {
    const user = fromBinary(UserSchema, payload);
    await this.#users.create(user);
    return toBinary(UserResponseSchema, create(UserResponseSchema, { user, success: true }));
  }
}

function setUp() {
  const john = { id: "123", name: "John Doe", email: "john@example.com" };
  const users = {
    findById: vi.fn(async (id: string) => (id === john.id ? john : undefined)),
    create: vi.fn(async () => {}),
  };
  const log = { info: vi.fn() };
  const handler = new UserServiceHandler(users, log);
  const service = new GrpcService().registerHandler("example.UserService", handler);
  return { users, log, service };
}

function request(methodName: string, payload: Uint8Array, metadata = {}): GrpcRequest {
  return new GrpcRequest({ serviceName: "example.UserService", methodName, payload, metadata });
}

const getUser = (userId: string): Uint8Array =>
  toBinary(GetUserRequestSchema, create(GetUserRequestSchema, { userId }));

describe("a handler is tested without a network", () => {
  test("and answers in protobuf", async () => {
    const response = await setUp().service.handleRequest(request("GetUser", getUser("123")));
    expect(response).toBeInstanceOf(GrpcResponse);
    expect(fromBinary(UserResponseSchema, response.payload)).toMatchObject({
      success: true,
      user: { id: "123", name: "John Doe", email: "john@example.com" },
    });
  });

  test("and fails with its own error", async () => {
    await expect(setUp().service.handleRequest(request("GetUser", getUser("999")))).rejects.toMatchObject({
      code: GrpcStatusCode.NOT_FOUND,
      message: "User 999 not found",
    });
  });

  test("and knows what it does not serve", async () => {
    const { service } = setUp();
    await expect(service.handleRequest(request("UnknownMethod", bytes()))).rejects.toThrow("Unknown method");
    const elsewhere = new GrpcRequest({
      serviceName: "example.UnknownService",
      methodName: "M",
      payload: bytes(),
    });
    await expect(service.handleRequest(elsewhere)).rejects.toThrow("No handler registered");
  });

  test("and with mocks in place of what it works with", async () => {
    const { service, users, log } = setUp();
    const user = create(UserSchema, { id: "7", name: "Jane" });
    await service.handleRequest(request("CreateUser", toBinary(UserSchema, user)));
    expect(users.create).toHaveBeenCalledExactlyOnceWith(user);
    expect(log.info).toHaveBeenCalledExactlyOnceWith("Processing gRPC request", {
      method: "CreateUser",
      trace: "generated",
    });
  });
});

test("metadata goes through a handler, over the wire as in a test", async () => {
  const { service } = setUp();
  const sent = { "x-trace-id": "trace-1", "X-Request-ID": "req-456" };
  const local = await service.handleRequest(request("GetUser", getUser("123"), sent));
  expect(local.metadata.toJSON()).toEqual({ "x-trace-id": "trace-1", "x-request-id": "req-456" });
  const path = "/example.UserService/GetUser";
  const answer = await callWeb(createFetchHandler(service), {
    path,
    headers: sent,
    messages: [getUser("123")],
  });
  expect(answer.headers.get("x-trace-id")).toBe("trace-1");
  expect(answer.headers.get("x-request-id")).toBe("req-456");
  expect(answer.messages).toEqual([local.payload]);
});

test.each([
  [
    "a bad argument",
    new GrpcError(GrpcStatusCode.INVALID_ARGUMENT, "Invalid user ID"),
    GrpcStatusCode.INVALID_ARGUMENT,
  ],
  [
    "a missing permission",
    new DOMException("Access denied", "NotAllowedError"),
    GrpcStatusCode.PERMISSION_DENIED,
  ],
  ["what is not supported", new DOMException("Not yet", "NotSupportedError"), GrpcStatusCode.UNIMPLEMENTED],
  ["what is not found", new DOMException("No user", "NotFoundError"), GrpcStatusCode.NOT_FOUND],
  ["a missing file", Object.assign(new Error("ENOENT"), { code: "ENOENT" }), GrpcStatusCode.NOT_FOUND],
  ["a time-out", new DOMException("Too slow", "TimeoutError"), GrpcStatusCode.DEADLINE_EXCEEDED],
  ["anything else", new Error("a secret"), GrpcStatusCode.INTERNAL],
])("%s has its status", async (_, thrown, code) => {
  const handleRequest = (): never => {
    throw thrown;
  };
  const service = new GrpcService().registerHandler("test.Service", { handleRequest });
  const answer = await callWeb(createFetchHandler(service, { onError: () => {} }));
  expect(answer.code).toBe(code);
  expect(answer.message).not.toContain("secret");
});

test("a handler may do several things at once, and many requests may", async () => {
  let [running, most] = [0, 0];
  const step = async (): Promise<void> => {
    most = Math.max(most, ++running);
    await settle();
    running--;
  };
  const service = new GrpcService().registerHandler("test.Service", {
    async handleRequest({ payload }) {
      await Promise.all([step(), step(), step()]);
      return new GrpcResponse({ payload });
    },
  });
  const handler = createFetchHandler(service);
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, at) => callWeb(handler, { messages: [bytes(at)] })),
  );
  expect(answers.map(({ messages }) => messages[0]?.[0])).toEqual(Array.from({ length: 10 }, (_, at) => at));
  expect(most).toBe(30);
});

test("a handler's resources are released, whether it succeeds or fails", async () => {
  const events: string[] = [];
  class Transaction implements AsyncDisposable {
    constructor() {
      events.push("begin");
    }
    async [Symbol.asyncDispose](): Promise<void> {
      events.push("end");
    }
  }
  const service = new GrpcService().registerHandler("test.Service", {
    async handleRequest({ payload }) {
      await using _transaction = new Transaction();
      if (payload.length === 0) throw new GrpcError(GrpcStatusCode.INVALID_ARGUMENT, "empty");
      return new GrpcResponse({ payload });
    },
  });
  const handler = createFetchHandler(service);
  expect((await callWeb(handler, { messages: [bytes(1)] })).code).toBe(GrpcStatusCode.OK);
  expect((await callWeb(handler, { messages: [bytes()] })).code).toBe(GrpcStatusCode.INVALID_ARGUMENT);
  expect(events).toEqual(["begin", "end", "begin", "end"]);
});

test("messages may hold free-form values and times", async () => {
  const service = new GrpcService()
    .registerHandler("test.Structs", {
      handleRequest({ payload }) {
        const sent = fromBinary(StructSchema, payload);
        const version = { kind: { case: "stringValue", value: "1.0" } } as const;
        const answer = create(StructSchema, { fields: { ...sent.fields, version } });
        return new GrpcResponse({ payload: toBinary(StructSchema, answer) });
      },
    })
    .registerHandler("test.Times", {
      handleRequest({ payload }) {
        const later = timestampMs(fromBinary(TimestampSchema, payload)) + 1000;
        return new GrpcResponse({ payload: toBinary(TimestampSchema, timestampFromMs(later)) });
      },
    });
  const call = async (serviceName: string, payload: Uint8Array): Promise<Uint8Array> =>
    (await service.handleRequest(new GrpcRequest({ serviceName, methodName: "M", payload }))).payload;
  const struct = create(StructSchema, { fields: { a: { kind: { case: "numberValue", value: 1 } } } });
  const answer = fromBinary(StructSchema, await call("test.Structs", toBinary(StructSchema, struct)));
  expect(Object.keys(answer.fields)).toEqual(["a", "version"]);
  const time = await call("test.Times", toBinary(TimestampSchema, timestampFromMs(5000)));
  expect(timestampMs(fromBinary(TimestampSchema, time))).toBe(6000);
});

test("a payload that is no message is the handler's to judge", async () => {
  const onError = vi.fn();
  const path = "/example.UserService/GetUser";
  const handler = createFetchHandler(setUp().service, { onError });
  const answer = await callWeb(handler, { path, messages: [utf8("\xff\xff")] });
  expect(answer).toMatchObject({ code: GrpcStatusCode.INTERNAL, message: "internal error" });
  expect(onError).toHaveBeenCalledOnce();
});
