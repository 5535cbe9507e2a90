/** Tests of types: what must not compile stands under a `// @ts-expect-error` line. Nothing here runs. */
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Method } from "../src/adapter-kit.ts";
import type { CallContext, ContextKey, MethodKind, ProtocolName } from "../src/context.ts";
import { type ContextValues, createContextKey } from "../src/context.ts";
import { GrpcError } from "../src/error.ts";
import { packDetail, type unpackDetails } from "../src/error-detail.ts";
import type { GrpcHandler, GrpcStreamHandler } from "../src/handler.ts";
import type { MetadataInit, ReadonlyMetadata } from "../src/metadata.ts";
import { Metadata } from "../src/metadata.ts";
import type { Interceptor, ServerOptions } from "../src/options.ts";
import type { Zlib, ZlibStream } from "../src/raw.ts";
import { HandlerRegistry } from "../src/registry.ts";
import type { GrpcRequest, GrpcStreamRequest } from "../src/request.ts";
import { GrpcResponse } from "../src/response.ts";
import { GrpcStatusCode } from "../src/status.ts";
import type { HeaderReader } from "../src/transport.ts";
import type { GrpcService, MethodImplementation, ServiceImplementation } from "../src/typed-service.ts";
import { createFetchHandler } from "../src/web/fetch-handler.ts";
import { type User, type UserResponse, UserSchema, UserService } from "./support/user-service.ts";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function same<A, B>(..._: Equal<A, B> extends true ? [] : [expected: "the same type"]): void;

declare const service: GrpcService;
declare const context: CallContext;
declare const request: GrpcRequest;
declare const streamRequest: GrpcStreamRequest;
declare const bytes: Uint8Array;
declare const users: AsyncIterable<{ id: string }>;
declare const numbers: AsyncIterable<{ id: number }>;

/* Typed services */

service.registerService(UserService, {
  getUser({ userId }, { signal }) {
    same<typeof userId, string>();
    same<typeof signal, AbortSignal>();
    return { user: { id: userId, tags: ["a"] }, success: true };
  },
  async createUser(user) {
    same<typeof user, User>();
    return { user };
  },
  async *listUsers({ limit, tag }) {
    same<typeof limit, number>();
    yield { id: tag };
  },
  async createUsers(users) {
    for await (const { name } of users) same<typeof name, string>();
    return { created: 1, ids: [] };
  },
  async *chat(messages) {
    for await (const { text } of messages) yield { sender: "server", text };
  },
});
service.registerService(UserService, {});
service.registerService(UserService, { createUsers: () => ({ created: 0 }) });
// @ts-expect-error: the service has no such method
service.registerService(UserService, { getUsers: () => ({}) });
// @ts-expect-error: methods have their names in generated code
service.registerService(UserService, { GetUser: () => ({}) });
// @ts-expect-error: the request has no such field
service.registerService(UserService, { getUser: ({ id }) => ({ errorMessage: id }) });
// @ts-expect-error: the response has no such field
service.registerService(UserService, { getUser: () => ({ succeeded: true }) });
// @ts-expect-error: a field of the wrong type
service.registerService(UserService, { getUser: () => ({ success: "yes" }) });
// @ts-expect-error: a field of the wrong type, inside
service.registerService(UserService, { getUser: async () => ({ user: { tags: "a" } }) });
// @ts-expect-error: a unary method returns something
service.registerService(UserService, { getUser: () => {} });
// @ts-expect-error: a method is a function
service.registerService(UserService, { getUser: { success: true } });
// @ts-expect-error: a streaming method is an async iterable, not a promise of one message
service.registerService(UserService, { listUsers: async () => ({ id: "1" }) });
// @ts-expect-error: each message of a stream is checked
service.registerService(UserService, { listUsers: () => numbers });
// @ts-expect-error: a client's stream gets one answer
service.registerService(UserService, { createUsers: () => users });
// @ts-expect-error: a stream of requests is no request
service.registerService(UserService, { createUsers: async ({ name }) => ({ ids: [name] }) });
// @ts-expect-error: the context has no such member
service.registerService(UserService, { getUser: (_, { userId }) => ({ errorMessage: userId }) });
// @ts-expect-error: an implementation is an object
service.registerService(UserService, undefined);
// @ts-expect-error: a message's descriptor describes no service
service.registerService(UserSchema, {});

same<
  MethodImplementation<typeof UserService.method.getUser>,
  (
    request: import("./support/user-service.ts").GetUserRequest,
    context: CallContext,
  ) =>
    | MessageInitShape<typeof UserService.method.getUser.output>
    | Promise<MessageInitShape<typeof UserService.method.getUser.output>>
>();
class Users implements ServiceImplementation<typeof UserService> {
  async getUser(): Promise<Partial<Pick<UserResponse, "success">>> {
    return { success: true };
  }
}
service.registerService(UserService, new Users());

/* Raw handlers */

const handler: GrpcHandler = { handleRequest: ({ payload }) => new GrpcResponse({ payload }) };
const streaming: GrpcStreamHandler = { handleStream: ({ messages }) => messages };
service
  .registerHandler("a.B", handler)
  .registerHandler("a.C", streaming, { methods: { Chat: "bidi_streaming" } });
service.registerHandler("a.D", { handleStream: ({ readable }) => readable });
service.registerHandler("a.E", { handleRequest: async ({ payload }) => new GrpcResponse({ payload }) });
// @ts-expect-error: a handler of requests gives a GrpcResponse
service.registerHandler("a.B", { handleRequest: ({ payload }: GrpcRequest) => payload });
// @ts-expect-error: or a promise of one
service.registerHandler("a.B", { handleRequest: async () => undefined });
// @ts-expect-error: a handler of streams gives bytes
service.registerHandler("a.B", { handleStream: () => users });
// @ts-expect-error: not a list of them
service.registerHandler("a.B", { handleStream: () => [bytes] });
// @ts-expect-error: an object with neither method is no handler
service.registerHandler("a.B", { handle: () => new GrpcResponse({ payload: bytes }) });
// @ts-expect-error: kinds have protobuf-es's names
service.registerHandler("a.B", streaming, { methods: { Chat: "bidi" } });
// @ts-expect-error: a response needs a payload
new GrpcResponse({});
// @ts-expect-error: which is bytes
new GrpcResponse({ payload: "text" });
// @ts-expect-error: raw registries know no descriptors
new HandlerRegistry().registerService(UserService, {});

same<MethodKind, "unary" | "server_streaming" | "client_streaming" | "bidi_streaming">();
same<MethodKind, (typeof UserService.methods)[number]["methodKind"]>();
same<Extract<ProtocolName, "grpc" | "grpc-web">, "grpc" | "grpc-web">();
same<ReturnType<GrpcService["listServices"]>, string[]>();
same<ReturnType<GrpcService["handleRequest"]>, Promise<GrpcResponse>>();
void service
  .handleRequest(request, { peer: "host:1" })
  .then(({ payload }) => same<typeof payload, Uint8Array>());
// @ts-expect-error: a context has no such member
void service.handleRequest(request, { user: "John" });

// The functions of a context stand alone, which methods would not say.
void service.handleRequest(request, { waitUntil: (work) => void work });
// @ts-expect-error: work may be a promise of anything
void service.handleRequest(request, { waitUntil: (work: Promise<string>) => void work });

/* Requests and responses are read-only */

// @ts-expect-error: read-only
request.payload = bytes;
// @ts-expect-error: read-only
request.serviceName = "a.B";
// @ts-expect-error: read-only
request.metadata = new Metadata();
// @ts-expect-error: read-only
streamRequest.messages = (async function* () {})();
// @ts-expect-error: read-only
streamRequest.readable = new ReadableStream();
// @ts-expect-error: read-only
new GrpcResponse({ payload: bytes }).payload = bytes;
// @ts-expect-error: read-only
context.responseMetadata = new Metadata();
// @ts-expect-error: read-only
context.deadline = new Date();

/* Metadata */

same<GrpcRequest["metadata"], ReadonlyMetadata>();
same<CallContext["metadata"], ReadonlyMetadata>();
same<CallContext["responseTrailers"], Metadata>();
same<ReturnType<GrpcRequest["getMetadata"]>, string | undefined>();
// @ts-expect-error: the metadata of a request cannot be changed
request.metadata.set("a", "1");
// @ts-expect-error: nor added to
context.metadata.append("a", "1");
// @ts-expect-error: nor taken from
streamRequest.metadata.delete("a");
context.responseMetadata.set("a", "1").append("b-bin", bytes);
new GrpcResponse({ payload: bytes }).metadata.set("a", "1");
// @ts-expect-error: a value is text or bytes
context.responseMetadata.set("a", 1);
for (const init of [
  { a: "1", b: ["1", "2"], "c-bin": bytes, "d-bin": [bytes] },
  [["a", "1"] as const],
  new Map([["a", "1"]]),
  new Metadata(),
  request.metadata,
  new Headers(),
] satisfies MetadataInit[]) {
  new Metadata(init);
}
// @ts-expect-error: numbers are no values
new Metadata({ a: 1 });

/* Statuses and errors */

same<typeof GrpcStatusCode.NOT_FOUND, 5>();
same<Extract<GrpcStatusCode, 17>, never>();
const code: GrpcStatusCode = GrpcStatusCode.ABORTED;
new GrpcError(code, "text", { details: [packDetail(UserSchema, { id: "1" })], cause: 1 });
// @ts-expect-error: 17 is no code
new GrpcError(17, "text");
// @ts-expect-error: a code is a number
new GrpcError("NOT_FOUND", "text");
class UserNotFound extends GrpcError {
  override readonly name = "UserNotFound";
  readonly userId: string;
  constructor(userId: string) {
    super(GrpcStatusCode.NOT_FOUND, `User ${userId} not found`);
    this.userId = userId;
  }
}
class QuotaUsedUp extends GrpcError {
  constructor() {
    super(GrpcStatusCode.RESOURCE_EXHAUSTED, "quota used up");
    this.name = "QuotaUsedUp";
  }
}
for (const error of [new UserNotFound("1"), new QuotaUsedUp()]) same<typeof error.code, GrpcStatusCode>();
// @ts-expect-error: a detail's fields are checked
packDetail(UserSchema, { id: 1 });
same<ReturnType<typeof unpackDetails<typeof UserSchema>>, User[]>();

/* Context keys */

declare const values: ContextValues;
const key = createContextKey<{ readonly id: string }>("user");
same<typeof key, ContextKey<{ readonly id: string }>>();
const found = values.set(key, { id: "1" }).get(key);
same<typeof found, { readonly id: string }>();
// @ts-expect-error: a value is of its key's type
values.set(key, { id: 1 });
declare const user: { readonly id: string } | undefined;
// @ts-expect-error: whose value may be missing only where the type says so
values.set(key, user);
// @ts-expect-error: nor does the value widen the type
values.set(createContextKey<{ id: string; name: string }>("full user"), { id: "1" });
values.set(createContextKey<string | undefined>("maybe"), undefined);
// @ts-expect-error: so is a default
createContextKey<number>("limit", "10");

/* Options and entry points */

createFetchHandler(service, { compression: false, cors: { origins: "*" }, protocols: ["grpc-web"] });
createFetchHandler(new HandlerRegistry());
// @ts-expect-error: no such protocol
createFetchHandler(service, { protocols: ["soap"] });
// @ts-expect-error: no such option
createFetchHandler(service, { maxMessageBytes: 1 });
// @ts-expect-error: what keeps a platform up is the adapter's business
createFetchHandler(service, { waitUntil: () => {} });
const options: ServerOptions = { mapError: (error) => (error instanceof GrpcError ? error : undefined) };
createFetchHandler(service, options);
// @ts-expect-error: a mapped error is a GrpcError
createFetchHandler(service, { mapError: (error) => new Error(String(error)) });
declare const maxTimeoutMs: number | undefined;
createFetchHandler(service, {
  maxTimeoutMs,
  cors: undefined,
  json: undefined,
  compression: { codecs: undefined },
});
service.registerHandler("a.B", handler, { methods: undefined });
const interceptor: Interceptor = async (_, next) => next();
createFetchHandler(service, { interceptors: [interceptor] });
// @ts-expect-error: an interceptor is asynchronous
createFetchHandler(service, { interceptors: [() => {}] });

/* What other types speak of has a name as well */

same<ReturnType<Zlib["createGunzip"]>, ZlibStream>();
same<ReturnType<GrpcService["findMethod"]>, Method | null | undefined>();

/* The seam: the platform's own types fit */

const reader: HeaderReader = new Headers();
same<ReturnType<typeof reader.get>, string | null>();
