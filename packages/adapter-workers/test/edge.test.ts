import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { Client, credentials, Metadata, status } from "@grpc/grpc-js";
import { ContractClient, frame, fromJson, Probe, pattern, toJson } from "@railhead/contract";
import {
  CreateUsersResponseSchema,
  GetUserRequestSchema,
  ListUsersRequestSchema,
  UserResponseSchema,
  UserSchema,
} from "@railhead/example-user-service";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { startContractWorker } from "./support/contract-worker.ts";
import { EdgeSimulator } from "./support/edge.ts";
import {
  callClientStream,
  callServerStream,
  callUnary,
  openBidi,
  openServerStream,
} from "./support/grpc-calls.ts";
import { http1Transport } from "./support/http1-transport.ts";
import type { Workerd } from "./support/workerd.ts";

const EMPTY = new Uint8Array(0);
/** What the edge puts into every request. */
const RAY = ["cf-ray", "230b030023ae2822-SJC"] as const;

/** Native gRPC: grpc-js, the conversion of Cloudflare's edge, the Worker. */
describe("grpc-js through the edge", () => {
  let workerd: Workerd;
  let edge: EdgeSimulator;
  let client: Client;
  beforeAll(async () => {
    workerd = await startContractWorker();
    edge = await EdgeSimulator.start(workerd.url);
    client = new Client(edge.address, credentials.createInsecure());
  });
  afterAll(async () => {
    client.close();
    await edge.close();
    await workerd.close();
  });
  beforeEach(() => {
    workerd.explainFailure();
    onTestFinished(() => expect(edge.refusals.splice(0)).toEqual([]));
  });

  test("unary", async () => {
    const request = toBinary(GetUserRequestSchema, create(GetUserRequestSchema, { userId: "123" }));
    const { messages, status: end } = await callUnary(client, "/example.UserService/GetUser", request);
    expect(end.code).toBe(status.OK);
    expect(fromBinary(UserResponseSchema, messages[0] ?? EMPTY).user?.name).toBe("John Doe");
  });

  test.each([
    ["not through the edge", [], true],
    ["a browser's", [RAY, ["sec-fetch-mode", "cors"]], true],
    ["a client of gRPC-Web's own", [RAY, ["x-user-agent", "grpc-web-javascript/0.1"]], true],
    ["nobody knows whose", [RAY], false],
  ] as const)(
    "gRPC-Web is answered in one piece where nothing converts it: %s",
    async (_, headers, isWhole) => {
      const answer = await new ContractClient(workerd.url, http1Transport(), "grpc-web").call(
        "/contract.Raw/Echo",
        pattern(3),
        { headers },
      );
      expect(answer).toMatchObject({ code: status.OK, messages: [pattern(3)] });
      expect(answer.headers.has("content-length")).toBe(isWhole);
    },
  );

  test("what may be converted is not compressed, although grpc-js takes gzip", async () => {
    const { messages, status: end } = await callUnary(
      client,
      "/contract.Raw/Produce",
      toJson({ bytes: 5000 }),
    );
    expect(end.code).toBe(status.OK);
    expect(messages).toEqual([pattern(5000)]);
  });

  test.each([0, 1, 1_000_000])("unary of %d bytes", async (bytes) => {
    const { messages, status: end } = await callUnary(client, "/contract.Raw/Echo", pattern(bytes));
    expect(end.code).toBe(status.OK);
    expect(messages).toEqual([pattern(bytes)]);
  });

  test("server streaming, typed", async () => {
    const request = toBinary(ListUsersRequestSchema, create(ListUsersRequestSchema, { limit: 1 }));
    const { messages, status: end } = await callServerStream(
      client,
      "/example.UserService/ListUsers",
      request,
    );
    expect(end.code).toBe(status.OK);
    expect(messages.map((message) => fromBinary(UserSchema, message).id)).toEqual(["123"]);
  });

  test.each([0, 1, 500])("server streaming of %d messages, with headers and trailers", async (count) => {
    const request = toJson({ count, bytes: 3000 });
    const { messages, headers, status: end } = await callServerStream(client, "/contract.Raw/Count", request);
    expect(end.code).toBe(status.OK);
    expect(messages).toEqual(Array.from({ length: count }, () => pattern(3000)));
    expect(headers.get("x-before")).toEqual(["leading"]);
    expect(end.metadata.get("x-after")).toEqual(["trailing"]);
  });

  test("a stream that fails in the middle", async () => {
    const request = toJson({ count: 3, bytes: 10, failure: "detailed" });
    const { messages, status: end } = await callServerStream(client, "/contract.Raw/Count", request);
    expect(messages).toHaveLength(3);
    expect(end).toMatchObject({ code: status.FAILED_PRECONDITION, details: "with details" });
  });

  test("client streaming", async () => {
    const users = ["Ada", "Grace"].map((name) => toBinary(UserSchema, create(UserSchema, { name })));
    const answer = await callClientStream(client, "/example.UserService/CreateUsers", users);
    expect(fromBinary(CreateUsersResponseSchema, answer).created).toBe(2);
  });

  test("bidi, message by message", async () => {
    const call = openBidi(client, "/contract.Raw/Chat");
    for (const size of [1, 0, 70_000]) {
      call.write(pattern(size));
      expect(await once(call, "data")).toEqual([pattern(size)]);
    }
    call.end();
    expect(await once(call, "status")).toMatchObject([{ code: status.OK }]);
  });

  test("an error with its message, details and metadata", async () => {
    const { messages, status: end } = await callUnary(
      client,
      "/contract.Raw/Fail",
      toJson({ failure: "detailed" }),
    );
    expect(messages).toEqual([]);
    expect(end).toMatchObject({ code: status.FAILED_PRECONDITION, details: "with details" });
    expect(end.metadata.get("x-reason")).toEqual(["because"]);
    expect(end.metadata.get("x-reason-bin")).toEqual([Buffer.from([0, 1, 0x80, 0xfe, 0xff])]);
    const [details] = end.metadata.get("grpc-status-details-bin");
    expect(Buffer.isBuffer(details) && details.includes("type.googleapis.com/contract.Detail")).toBe(true);
  });

  test("a message that is not ASCII", async () => {
    const { status: end } = await callUnary(client, "/contract.Raw/Fail", toJson({ failure: "unicode" }));
    expect(end).toMatchObject({ code: status.ABORTED, details: "50% \u00fcber\r\n\u{1f682} ~" });
  });

  test.each([
    ["/contract.Raw/Fail", status.INTERNAL],
    ["/contract.None/Get", status.UNIMPLEMENTED],
  ])("%s: a failure before any message has status %d", async (path, code) => {
    const { status: end } = await callUnary(client, path, toJson({ failure: "plain" }));
    expect(end.code).toBe(code);
  });

  test("metadata both ways, in text and in bytes, with repeated keys", async () => {
    const metadata = new Metadata();
    metadata.add("x-one", "1");
    metadata.add("x-many", "a");
    metadata.add("x-many", "b");
    metadata.add("x-bytes-bin", Buffer.from([0, 0xff]));
    const { headers, status: end } = await callUnary(client, "/contract.Raw/EchoMetadata", EMPTY, metadata);
    expect(headers.get("x-one")).toEqual(["1"]);
    expect(headers.get("x-many").join(", ")).toBe("a, b");
    expect(headers.get("x-bytes-bin")).toEqual([Buffer.from([0, 0xff])]);
    expect(end.metadata.get("t-x-one")).toEqual(["1"]);
    expect(end.metadata.get("t-x-bytes-bin")).toEqual([Buffer.from([0, 0xff])]);
  });

  test("the deadline travels", async () => {
    const options = { deadline: Date.now() + 15_000 };
    const { messages } = await callUnary(client, "/contract.Raw/Describe", EMPTY, new Metadata(), options);
    const { timeRemainingMs } = fromJson(messages[0] ?? EMPTY);
    expect(timeRemainingMs).toBeGreaterThan(0);
    expect(timeRemainingMs).toBeLessThanOrEqual(15_000);
  });

  test("past the deadline the Worker says so itself", async () => {
    const metadata = new Metadata();
    // grpc-js has a clock of its own for `deadline`; this one is the server's alone.
    metadata.set("grpc-timeout", "50m");
    const { status: end } = await callUnary(client, "/contract.Raw/Hang", EMPTY, metadata);
    expect(end).toMatchObject({ code: status.DEADLINE_EXCEEDED, details: "deadline exceeded" });
  });

  test("a cancelled call reaches the handler", async () => {
    const name = "cancelled-by-grpc-js";
    const metadata = new Metadata();
    metadata.set("x-call", name);
    const probe = new Probe(new ContractClient(workerd.url, http1Transport(), "grpc-web"), name);
    const call = openServerStream(client, "/contract.Raw/Endless", toJson({ bytes: 9 }), metadata);
    await once(call, "data");
    call.cancel();
    await expect(once(call, "end")).rejects.toMatchObject({ code: status.CANCELLED });
    await probe.until("abort CANCELLED");
    await probe.until("finally");
  });
});

describe("bare gRPC, straight at the Worker", () => {
  test("415, and what to send instead", async () => {
    const workerd = await startContractWorker();
    onTestFinished(() => workerd.close());
    const client = new ContractClient(workerd.url, http1Transport(), "grpc");
    const response = await client.http("/contract.Raw/Echo", {
      headers: [["content-type", "application/grpc"]],
      body: frame(EMPTY),
    });
    expect(response.status).toBe(415);
    expect(await new Response(response.body).text()).toContain("turn on gRPC under Network in the zone");
    expect(response.headers.get("accept-post")).toContain("application/grpc-web");
    expect(response.headers.get("accept-post")).not.toContain("application/grpc,");
  });
});

/** The simulator is no judge unless it fails what the edge would fail. */
describe("the edge does not convert", () => {
  const trailers = (text: string): Uint8Array => frame(new TextEncoder().encode(text), 0x80);

  test.each([
    ["a content-length", { "content-length": "20" }, trailers("grpc-status:0\r\n"), "content-length"],
    ["a compressed body", { "content-encoding": "br" }, trailers("grpc-status:0\r\n"), "content-encoding"],
    ["a space before the value", {}, trailers("grpc-status: 0\r\n"), 'trailer line "grpc-status: 0"'],
    ["capitals", {}, trailers("Grpc-Status:0\r\n"), 'trailer line "Grpc-Status:0"'],
    ["a body without trailers", {}, frame(EMPTY), "no frame of trailers"],
  ])("%s", async (_, fields, body, why) => {
    const origin = http.createServer((request, response) => {
      request.resume();
      response.writeHead(200, { "content-type": "application/grpc-web", ...fields });
      response.end(body);
    });
    origin.listen(0, "127.0.0.1");
    await once(origin, "listening");
    const edge = await EdgeSimulator.start(`http://127.0.0.1:${(origin.address() as AddressInfo).port}`);
    const client = new Client(edge.address, credentials.createInsecure());
    onTestFinished(async () => {
      client.close();
      await edge.close();
      origin.close();
    });
    const { status: end } = await callUnary(client, "/contract.Raw/Echo", EMPTY);
    expect(end.code).not.toBe(status.OK);
    expect(edge.refusals).toEqual([why]);
  });
});
