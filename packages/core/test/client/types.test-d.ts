/** Tests of types: what must not compile stands under a `// @ts-expect-error` line. Nothing here runs. */
import {
  type ClientInterceptor,
  type ClientOptions,
  type CodecName,
  createClient,
  createRawClient,
} from "../../src/client.ts";
import type { GrpcService } from "../../src/typed-service.ts";
import { createFetchHandler } from "../../src/web/fetch-handler.ts";
import {
  type ChatMessage,
  type CreateUsersResponse,
  type User,
  type UserResponse,
  UserService,
} from "../support/user-service.ts";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function same<A, B>(..._: Equal<A, B> extends true ? [] : [expected: "the same type"]): void;

declare const service: GrpcService;
declare const users: AsyncIterable<{ id: string }>;
declare const numbers: AsyncIterable<{ id: number }>;
const baseUrl = "https://api.test";

/* Typed clients */

const client = createClient(UserService, { baseUrl });
same<ReturnType<typeof client.getUser>, Promise<UserResponse>>();
same<ReturnType<typeof client.listUsers>, AsyncIterable<User>>();
same<ReturnType<typeof client.createUsers>, Promise<CreateUsersResponse>>();
same<ReturnType<typeof client.chat>, AsyncIterable<ChatMessage>>();
void client.getUser({ userId: "1" }, { timeoutMs: 1, metadata: { "x-bin": new Uint8Array() } });
void client.createUsers(users);
void client.createUsers([{ id: "1" }]);
// @ts-expect-error: the field is a string
void client.getUser({ userId: 1 });
// @ts-expect-error: the request has no such field
void client.getUser({ id: "1" });
// @ts-expect-error: the field is a string
void client.createUsers(numbers);
// @ts-expect-error: one message where many belong
void client.createUsers({ id: "1" });
// @ts-expect-error: many messages where one belongs
void client.createUser(users);
// @ts-expect-error: the service has no such method
client.deleteUser({});
// @ts-expect-error: the descriptor tells which methods have no side effects
void client.getUser({}, { noSideEffects: true });
// @ts-expect-error: clients do not change
client.getUser = async () => ({});

same<NonNullable<ClientOptions["codec"]>, CodecName>();

/* Where they call */

createClient(UserService, { baseUrl, fetch });
createClient(UserService, { baseUrl, fetch: createFetchHandler(service) });
createClient(UserService, { baseUrl, fetch: { fetch: async () => new Response() } });
createClient(UserService, { baseUrl, fetch: () => new Response() });
declare const worker: { fetch(request: Request, env: object): Promise<Response> };
// @ts-expect-error: a Worker's own wants its bindings as well
createClient(UserService, { baseUrl, fetch: worker });
// @ts-expect-error: no fetch at all
createClient(UserService, { baseUrl, fetch: async () => "text" });
declare const defaultTimeoutMs: number | undefined;
createClient(UserService, { baseUrl, defaultTimeoutMs, fetch: undefined });
// @ts-expect-error: nowhere to call
createClient(UserService, {});
// @ts-expect-error: fetch carries no trailers
createClient(UserService, { baseUrl, protocol: "grpc" });

/* Raw clients */

const raw = createRawClient({ baseUrl });
same<ReturnType<typeof raw.unary>, Promise<Uint8Array>>();
void raw.unary("a.B", "C", new Uint8Array(), { noSideEffects: true });
void raw.clientStreaming("a.B", "C", [new Uint8Array()]);
// @ts-expect-error: text where bytes belong
void raw.unary("a.B", "C", "text");
// @ts-expect-error: one message, and an iterable of numbers, where messages belong
void raw.clientStreaming("a.B", "C", new Uint8Array());

/* Interceptors */

const interceptor: ClientInterceptor = async ({ metadata, responseMetadata }, next) => {
  metadata.set("authorization", "Bearer x");
  // @ts-expect-error: what has come does not change
  responseMetadata.set("a", "b");
  await next();
};
createRawClient({ baseUrl, interceptors: [interceptor] });
