import { create, fromBinary, fromJsonString, toBinary, toJsonString } from "@bufbuild/protobuf";
import {
  ChatMessageSchema,
  CreateUsersResponseSchema,
  GetUserRequestSchema,
  ListUsersRequestSchema,
  UserResponseSchema,
  UserSchema,
} from "@railhead/example-user-service";
import { describe, expect, test } from "vitest";
import { concat, frame, openStream, streamOf } from "../client/bytes.ts";
import { fromJson, toJson } from "../fixture/json.ts";
import { pattern } from "../fixture/unary.ts";
import { Probe, type Suite } from "../suite.ts";

const EMPTY = new Uint8Array(0);

/** The four kinds, with raw and typed handlers, in every protocol. */
export function kinds(suite: Suite): void {
  describe.each(suite.protocols)("kinds over %s", (protocol) => {
    test("raw unary: the same bytes come back, in the request's content type", async () => {
      const client = suite.client(protocol);
      const answer = await client.call("/contract.Raw/Echo", pattern(1000));
      expect(answer).toMatchObject({ code: 0, message: "", messages: [pattern(1000)] });
      expect(answer.headers.get("content-type")).toBe(client.contentType("/contract.Raw/Echo"));
    });

    test("raw unary: an empty message is a message", async () => {
      const answer = await suite.client(protocol).call("/contract.Raw/Echo", EMPTY);
      expect(answer).toMatchObject({ code: 0, messages: [EMPTY] });
    });

    test("raw unary: the handler sees the call as it is", async () => {
      const answer = await suite.client(protocol).call("/contract.Raw/Describe", EMPTY);
      expect(fromJson(answer.messages[0] ?? EMPTY)).toMatchObject({
        serviceName: "contract.Raw",
        methodName: "Describe",
        kind: "unary",
        protocol: protocol === "grpc-web-text" ? "grpc-web" : protocol,
      });
    });

    test("raw server streaming: every message, in order, then the status", async () => {
      const answer = await suite
        .client(protocol)
        .call("/contract.Raw/Count", toJson({ count: 300, bytes: 99 }));
      expect(answer.code).toBe(0);
      expect(answer.messages).toEqual(Array.from({ length: 300 }, () => pattern(99)));
    });

    test("raw server streaming: no message is a response too", async () => {
      const answer = await suite.client(protocol).call("/contract.Raw/Count", toJson({ count: 0, bytes: 1 }));
      expect(answer).toMatchObject({ code: 0, messages: [] });
    });

    test.each(["Collect", "CollectReadable"])("raw client streaming: %s reads all", async (method) => {
      const chunks = Array.from({ length: 50 }, (_, index) => frame(pattern(index)));
      const call = await suite.client(protocol).open(`/contract.Raw/${method}`, streamOf(chunks));
      const answer = await call.finish();
      expect(fromJson(answer.messages[0] ?? EMPTY)).toEqual({ count: 50, bytes: 1225 });
      expect(answer.messages).toHaveLength(1);
    });

    test("raw client streaming: no message is a request too", async () => {
      const answer = await suite.client(protocol).callRaw("/contract.Raw/Collect", EMPTY);
      expect(fromJson(answer.messages[0] ?? EMPTY)).toEqual({ count: 0, bytes: 0 });
    });

    test("raw client streaming: frames cut anywhere are put together", async () => {
      const whole = concat([frame(pattern(7)), frame(EMPTY), frame(pattern(300))]);
      const bytes = Array.from(whole, (byte) => new Uint8Array([byte]));
      const call = await suite.client(protocol).open("/contract.Raw/Collect", streamOf(bytes));
      expect(fromJson((await call.finish()).messages[0] ?? EMPTY)).toEqual({ count: 3, bytes: 307 });
    });

    test("raw client streaming: the handler may answer before it has read all", async () => {
      const sent = [frame(pattern(3)), frame(pattern(4)), frame(pattern(5))];
      const answer = await suite.client(protocol).callRaw("/contract.Raw/First", concat(sent));
      expect(answer).toMatchObject({ code: 0, messages: [pattern(3)] });
    });

    test.each(["Two", "None"])("raw client streaming: %s gives not one message, INTERNAL", async (method) => {
      const answer = await suite.client(protocol).callRaw(`/contract.Raw/${method}`, EMPTY);
      expect(answer).toMatchObject({ code: 13, messages: [] });
    });

    test("raw bidi: each message back", async () => {
      const messages = [pattern(1), EMPTY, pattern(70_000)];
      const answer = await suite.client(protocol).call("/contract.Raw/Chat", messages);
      expect(answer).toMatchObject({ code: 0, messages });
    });

    if (suite.can.fullDuplex) {
      test("raw bidi: an answer comes before the next message goes", async () => {
        const { body, send, end } = openStream();
        const opening = suite.client(protocol).open("/contract.Raw/Chat", body);
        for (const size of [10, 0, 20_000]) {
          send(frame(pattern(size)));
          expect(await (await opening).next()).toEqual(pattern(size));
        }
        end();
        expect((await (await opening).finish()).code).toBe(0);
      });
    }

    if (suite.can.serverStreamingIncremental && suite.can.concurrentCalls) {
      test("raw server streaming: a message arrives while the handler waits", async () => {
        const probe = new Probe(suite.client());
        const call = await suite
          .client(protocol)
          .open("/contract.Raw/Steps", frame(EMPTY), { headers: probe.headers });
        expect(fromJson((await call.next()) ?? EMPTY)).toEqual({ step: 1 });
        await probe.until("waiting");
        await probe.open();
        expect((await call.finish()).messages).toHaveLength(2);
      });
    }

    if (suite.can.serverStreamingIncremental && !suite.can.concurrentCalls) {
      // No second call can tell when the handler waits; but it waits for as long as its deadline lets it.
      test("raw server streaming: a message arrives while the handler waits for its deadline", async () => {
        const call = await suite
          .client(protocol)
          .open("/contract.Raw/HangAfterOne", frame(EMPTY), { timeoutMs: 1000 });
        expect(fromJson((await call.next()) ?? EMPTY)).toEqual({ step: 1 });
        const arrivedAt = performance.now();
        expect((await call.finish()).code).toBe(4);
        expect(performance.now() - arrivedAt).toBeGreaterThan(500);
      });
    }

    if (suite.can.clientStreamingIncremental && suite.can.concurrentCalls) {
      test("raw client streaming: the handler gets a message while the client waits", async () => {
        const probe = new Probe(suite.client());
        const { body, send, end } = openStream();
        const calling = suite
          .client(protocol)
          .open("/contract.Raw/Collect", body, { headers: probe.headers });
        send(frame(pattern(5)));
        await probe.until("message");
        end();
        const answer = await (await calling).finish();
        expect(fromJson(answer.messages[0] ?? EMPTY)).toEqual({ count: 1, bytes: 5 });
      });
    }

    test("typed unary", async () => {
      const request = toBinary(GetUserRequestSchema, create(GetUserRequestSchema, { userId: "123" }));
      const answer = await suite.client(protocol).call("/example.UserService/GetUser", request);
      const { user, success } = fromBinary(UserResponseSchema, answer.messages[0] ?? EMPTY);
      expect({ success, user }).toMatchObject({ success: true, user: { name: "John Doe" } });
    });

    test("typed unary in JSON", async () => {
      const request = new TextEncoder().encode('{"userId":"123","unknown":1}');
      const answer = await suite
        .client(protocol)
        .call("/example.UserService/GetUser", request, { codec: "json" });
      expect(answer.headers.get("content-type")).toMatch(/^application\/.*json$/);
      const text = new TextDecoder().decode(answer.messages[0]);
      expect(fromJsonString(UserResponseSchema, text).user?.email).toBe("john@example.com");
    });

    test("typed server streaming", async () => {
      const request = toBinary(ListUsersRequestSchema, create(ListUsersRequestSchema, { limit: 1 }));
      const answer = await suite.client(protocol).call("/example.UserService/ListUsers", request);
      expect(answer.messages.map((message) => fromBinary(UserSchema, message).id)).toEqual(["123"]);
    });

    test("typed client streaming", async () => {
      const users = ["Ada", "Grace"].map((name) => toBinary(UserSchema, create(UserSchema, { name })));
      const answer = await suite.client(protocol).call("/example.UserService/CreateUsers", users);
      expect(fromBinary(CreateUsersResponseSchema, answer.messages[0] ?? EMPTY).created).toBe(2);
    });

    test("typed bidi, in JSON", async () => {
      const texts = ["one", "two", ""].map((text) => create(ChatMessageSchema, { sender: "me", text }));
      const messages = texts.map((text) => new TextEncoder().encode(toJsonString(ChatMessageSchema, text)));
      const answer = await suite.client(protocol).call("/example.UserService/Chat", messages, {
        codec: "json",
      });
      const back = answer.messages.map((one) =>
        fromJsonString(ChatMessageSchema, new TextDecoder().decode(one)),
      );
      expect(back.map(({ sender, text }) => `${sender}: ${text}`)).toEqual([
        "server: one",
        "server: two",
        "server: ",
      ]);
    });
  });
}
