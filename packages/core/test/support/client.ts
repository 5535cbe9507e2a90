import { create } from "@bufbuild/protobuf";
import { type ClientOptions, createClient, createRawClient, type RawClient } from "../../src/client.ts";
import { GrpcError } from "../../src/error.ts";
import { jsonFormat } from "../../src/json-format.ts";
import type { ServerOptions } from "../../src/options.ts";
import { GrpcStatusCode } from "../../src/status.ts";
import type { Client } from "../../src/typed-client.ts";
import { GrpcService } from "../../src/typed-service.ts";
import { createFetchHandler } from "../../src/web/fetch-handler.ts";
import { UserSchema, UserService } from "./user-service.ts";

export const PROTOCOLS = ["connect", "grpc-web", "grpc-web-text"] as const;
export const BASE_URL = "http://api.test";

/** Every protocol with every codec. */
export const WAYS = PROTOCOLS.flatMap((protocol) =>
  (["proto", "json"] as const).map((codec) => ({ protocol, codec })),
);

type Overrides = Partial<ClientOptions>;

/** A raw client of a service in the same process. */
export function rawClient(
  service: GrpcService,
  options: Overrides = {},
  server: ServerOptions = {},
): RawClient {
  return createRawClient({ baseUrl: BASE_URL, fetch: createFetchHandler(service, server), ...options });
}

/** A typed client of the users below. */
export function userClient(options: Overrides = {}): Client<typeof UserService> {
  const fetch = createFetchHandler(userService(), { json: jsonFormat() });
  return createClient(UserService, { baseUrl: BASE_URL, fetch, json: jsonFormat(), ...options });
}

/** User "123" and no other; lists three, counts what is created, and chats. */
function userService(): GrpcService {
  return new GrpcService().registerService(UserService, {
    getUser({ userId }, { metadata, responseMetadata, responseTrailers }) {
      responseMetadata.set("x-seen", metadata.get("x-sent") ?? "nothing");
      responseTrailers.set("x-trailer-bin", Uint8Array.of(1, 2, 0xff));
      if (userId !== "123") {
        throw new GrpcError(GrpcStatusCode.NOT_FOUND, `User ${userId} not found – 100 %`, {
          details: [{ typeUrl: "type.googleapis.com/a.Detail", value: Uint8Array.of(8, 1) }],
          metadata: { "x-why": "gone" },
        });
      }
      return { user: create(UserSchema, { id: "123", name: "Jörg", tags: ["a", "b"] }), success: true };
    },
    async *listUsers({ limit }, { responseTrailers }) {
      for (let id = 1; id <= (limit || 3); id++) yield { id: String(id) };
      responseTrailers.set("x-count", String(limit || 3));
    },
    async createUsers(users) {
      const ids = [];
      for await (const { id } of users) ids.push(id);
      return { created: ids.length, ids };
    },
    async *chat(messages) {
      for await (const { text } of messages) yield { sender: "server", text };
    },
  });
}

/** A response with a body in pieces, as a broken server may give it. */
export function responseOf(init: ResponseInit, ...pieces: Uint8Array[]): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  return new Response(body, init);
}

/** The error that a call fails with. */
export async function failureOf(call: Promise<unknown>): Promise<GrpcError> {
  const outcome = await call.then(
    (value) => new Error(`the call succeeded: ${String(value)}`),
    (error: unknown) => error,
  );
  if (outcome instanceof GrpcError) return outcome;
  throw outcome;
}
