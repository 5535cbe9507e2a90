import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { frame } from "@railhead/contract";
import { GrpcStatusCode } from "@railhead/core";
import { GetUserRequestSchema, UserResponseSchema } from "@railhead/example-user-service";
import { expect, test } from "vitest";
import { expectNoFaults } from "../support/faults.ts";
import { startServer, userService } from "./support/servers.ts";

expectNoFaults();

/** GetUser by gRPC-Web over HTTP/1.1. */
function fetchUser(url: string, userId: string, signal?: AbortSignal): Promise<Response> {
  const message = toBinary(GetUserRequestSchema, create(GetUserRequestSchema, { userId }));
  return fetch(`${url}/example.UserService/GetUser`, {
    method: "POST",
    headers: { "content-type": "application/grpc-web+proto", "x-grpc-web": "1" },
    body: frame(message).slice(),
    signal: signal ?? null,
  });
}

test("plain fetch calls a unary method: one message, then the trailers in a frame of their own", async () => {
  const server = await startServer(userService());
  const response = await fetchUser(server.url, "123");
  expect([response.status, response.headers.get("content-type")]).toEqual([
    200,
    "application/grpc-web+proto",
  ]);
  const body = Buffer.from(await response.arrayBuffer());
  const end = 5 + body.readUInt32BE(1);
  expect(body[0]).toBe(0);
  expect(fromBinary(UserResponseSchema, body.subarray(5, end))).toMatchObject({
    success: true,
    user: { name: "John Doe" },
  });
  expect(body[end]).toBe(0x80);
  expect(body.length).toBe(end + 5 + body.readUInt32BE(end + 1));
  expect(body.subarray(end + 5).toString()).toContain("grpc-status:0\r\n");
});

test("an AbortController that aborts before the response tells the handler", async () => {
  const started = Promise.withResolvers<void>();
  const reason = Promise.withResolvers<unknown>();
  const server = await startServer(
    userService({
      async getUser(_request, { signal }) {
        signal.addEventListener("abort", () => reason.resolve(signal.reason));
        started.resolve();
        await reason.promise;
        return {};
      },
    }),
  );
  const controller = new AbortController();
  const failure = fetchUser(server.url, "123", controller.signal).catch((thrown: unknown) => thrown);
  await started.promise;
  controller.abort();
  expect(await failure).toMatchObject({ name: "AbortError" });
  expect(await reason.promise).toMatchObject({ code: GrpcStatusCode.CANCELLED });
});
