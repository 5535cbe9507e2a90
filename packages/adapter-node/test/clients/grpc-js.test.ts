import { once } from "node:events";
import grpc from "@grpc/grpc-js";
import { fromJson, Probe, pattern, toJson } from "@railhead/contract";
import { describe, expect, test } from "vitest";
import { expectNoFaults } from "../support/faults.ts";
import { startFixture } from "../support/fixture-server.ts";
import { GrpcJs } from "../support/grpc-js.ts";

expectNoFaults();

const EMPTY = new Uint8Array(0);

async function start(
  options: Parameters<typeof startFixture>[0] = {},
  clientOptions: grpc.ClientOptions = {},
) {
  const fixture = await startFixture(options);
  const metadata = new grpc.Metadata();
  const probe = new Probe(fixture.web);
  for (const [name, value] of probe.headers) metadata.set(name, value);
  return { fixture, probe, metadata, client: new GrpcJs(`127.0.0.1:${fixture.port}`, clientOptions) };
}

describe("the four kinds", () => {
  test("unary", async () => {
    const { client } = await start();
    const result = await client.unary("/contract.Raw/Echo", pattern(1000));
    expect(result.code).toBe(0);
    expect(new Uint8Array(result.messages[0] ?? EMPTY)).toEqual(pattern(1000));
  });

  test("unary, an empty message", async () => {
    const { client } = await start();
    const { code, messages } = await client.unary("/contract.Raw/Echo", EMPTY);
    expect({ code, length: messages[0]?.length }).toEqual({ code: 0, length: 0 });
  });

  test("server streaming", async () => {
    const { client } = await start();
    const { result } = client.serverStream("/contract.Raw/Count", toJson({ count: 1000, bytes: 100 }));
    expect(await result).toMatchObject({ code: 0 });
    expect((await result).messages).toHaveLength(1000);
  });

  test("client streaming", async () => {
    const { client } = await start();
    const { call, result } = client.clientStream("/contract.Raw/Collect");
    for (let sent = 0; sent < 100; sent++) call.write(Buffer.from(pattern(sent)));
    call.end();
    expect(fromJson((await result).messages[0] ?? EMPTY)).toEqual({ count: 100, bytes: 4950 });
  });

  test("bidi: an answer to each before the next", async () => {
    const { client } = await start();
    const { call, result } = client.bidi("/contract.Raw/Chat");
    for (const size of [1, 0, 100_000]) {
      call.write(Buffer.from(pattern(size)));
      const [message] = await once(call, "data");
      expect(new Uint8Array(message)).toEqual(pattern(size));
    }
    call.end();
    expect((await result).code).toBe(0);
  });
});

describe("metadata and status", () => {
  test("text, bytes and repeated values, both ways", async () => {
    const { client } = await start();
    const metadata = new grpc.Metadata();
    metadata.set("x-text", "some text");
    metadata.add("x-many", "one");
    metadata.add("x-many", "two");
    metadata.add("x-data-bin", Buffer.from([0, 1, 254, 255]));
    metadata.add("x-data-bin", Buffer.from([]));
    metadata.add("x-data-bin", Buffer.from([7]));
    const result = await client.unary("/contract.Raw/EchoMetadata", EMPTY, { metadata });
    expect(result.code, result.details).toBe(0);
    expect(result.metadata.get("x-text")).toEqual(["some text"]);
    expect(result.metadata.get("x-many").join(", ")).toBe("one, two");
    const bytes = [Buffer.from([0, 1, 254, 255]), Buffer.from([]), Buffer.from([7])];
    expect(result.metadata.get("x-data-bin")).toEqual(bytes);
    expect(result.trailers.get("t-x-data-bin")).toEqual(bytes);
    expect(result.trailers.get("t-x-text")).toEqual(["some text"]);
  });

  test("code, message and details", async () => {
    const { client } = await start();
    const result = await client.unary("/contract.Raw/Fail", toJson({ failure: "detailed" }));
    expect(result).toMatchObject({ code: grpc.status.FAILED_PRECONDITION, details: "with details" });
    const [details] = result.trailers.get("grpc-status-details-bin");
    expect(String(details)).toContain("contract.Detail");
    expect(result.trailers.get("x-reason")).toEqual(["because"]);
    expect(result.trailers.get("x-after")).toEqual(["trailing"]);
  });

  test("a message of any characters", async () => {
    const { client } = await start();
    const result = await client.unary("/contract.Raw/Fail", toJson({ failure: "unicode" }));
    expect(result).toMatchObject({ code: grpc.status.ABORTED, details: "50% \u00fcber\r\n\u{1f682} ~" });
  });

  test("a stream that fails after messages", async () => {
    const { client } = await start();
    const { result } = client.serverStream(
      "/contract.Raw/Count",
      toJson({ count: 5, bytes: 10, failure: "detailed" }),
    );
    expect(await result).toMatchObject({ code: grpc.status.FAILED_PRECONDITION });
    expect((await result).messages).toHaveLength(5);
  });

  test("an unknown method", async () => {
    const { client } = await start();
    expect(await client.unary("/example.UserService/Nope", EMPTY)).toMatchObject({
      code: grpc.status.UNIMPLEMENTED,
    });
  });

  test("a call that is refused while it streams", async () => {
    const { client } = await start();
    const { call, result } = client.clientStream("/contract.Missing/Nope");
    for (let sent = 0; sent < 50; sent++) call.write(Buffer.alloc(50_000));
    expect(await result).toMatchObject({ code: grpc.status.UNIMPLEMENTED });
  });

  test("a handler that answers before it has read all", async () => {
    const { client } = await start();
    const { call, result } = client.clientStream("/contract.Raw/First");
    for (let sent = 0; sent < 50; sent++) call.write(Buffer.alloc(50_000, sent));
    expect(await result).toMatchObject({ code: 0 });
    expect((await result).messages[0]?.[0]).toBe(0);
  });
});

describe("deadlines and cancellation", () => {
  test.each(["Hang", "HangAfterOne"])("a deadline ends %s", async (method) => {
    const { client, probe, metadata } = await start();
    const deadline = Date.now() + 100;
    const { result } = client.serverStream(`/contract.Raw/${method}`, EMPTY, { deadline, metadata });
    expect((await result).code).toBe(grpc.status.DEADLINE_EXCEEDED);
    await probe.until("finally");
  });

  test("a deadline that the server sees first, by its own limit", async () => {
    const { client, probe, metadata } = await start({ maxTimeoutMs: 50 });
    const result = await client.unary("/contract.Raw/Hang", EMPTY, {
      deadline: Date.now() + 60_000,
      metadata,
    });
    expect(result.code).toBe(grpc.status.DEADLINE_EXCEEDED);
    await probe.until("abort DEADLINE_EXCEEDED");
  });

  test.each([
    ["a unary call", "Hang", "start"],
    ["a stream that waits", "HangAfterOne", "start"],
    ["a stream that flows", "Endless", "yield"],
  ])("cancelling %s reaches the handler", async (_, method, event) => {
    const { client, probe, metadata } = await start();
    const { call, result } = client.serverStream(`/contract.Raw/${method}`, toJson({ bytes: 5000 }), {
      metadata,
    });
    await probe.until(event);
    call.cancel();
    expect((await result).code).toBe(grpc.status.CANCELLED);
    await probe.until("abort CANCELLED");
    await probe.until("finally");
  });

  test("cancelling a client stream is not its end", async () => {
    const { client, probe, metadata } = await start();
    const { call, result } = client.clientStream("/contract.Raw/Collect", { metadata });
    call.write(Buffer.from(pattern(10)));
    await probe.until("message");
    call.cancel();
    expect((await result).code).toBe(grpc.status.CANCELLED);
    const events = await probe.until("finally");
    expect(events).not.toContain("end of request");
    expect(events).toContain("abort CANCELLED");
  });

  test("cancelling a bidi stream", async () => {
    const { client, probe, metadata } = await start();
    const { call, result } = client.bidi("/contract.Raw/Chat", { metadata });
    call.write(Buffer.from(pattern(10)));
    await once(call, "data");
    call.cancel();
    expect((await result).code).toBe(grpc.status.CANCELLED);
    await probe.until("abort CANCELLED");
    await probe.until("finally");
  });

  test("closing the client's channel ends its calls", async () => {
    const { client, probe, metadata } = await start();
    const { call, result } = client.serverStream("/contract.Raw/HangAfterOne", EMPTY, { metadata });
    await once(call, "data");
    call.cancel();
    client.client.close();
    await result;
    await probe.until("finally");
  });
});

describe("compression", () => {
  const { gzip, deflate } = grpc.compressionAlgorithms;

  test.each([
    ["gzip", gzip],
    ["deflate", deflate],
  ])("%s requests, and compressed responses", async (_, algorithm) => {
    const { client } = await start({}, { "grpc.default_compression_algorithm": algorithm });
    const result = await client.unary("/contract.Raw/Echo", pattern(100_000));
    expect(result.code, result.details).toBe(0);
    expect(new Uint8Array(result.messages[0] ?? EMPTY)).toEqual(pattern(100_000));
  });

  test("streams, both ways", async () => {
    const { client } = await start({}, { "grpc.default_compression_algorithm": gzip });
    const { call, result } = client.bidi("/contract.Raw/Chat");
    for (let sent = 0; sent < 20; sent++) call.write(Buffer.from(pattern(sent * 500)));
    call.end();
    expect((await result).code).toBe(0);
    expect((await result).messages.map(({ length }) => length)).toEqual(
      Array.from({ length: 20 }, (_, index) => index * 500),
    );
  });
});

describe("large messages", () => {
  const BYTES = 20 * 1024 * 1024;

  test("20 MiB both ways, where both sides allow it", async () => {
    const { client } = await start(
      { maxReceiveMessageBytes: BYTES },
      { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 },
    );
    const sent = pattern(BYTES);
    const result = await client.unary("/contract.Raw/Echo", sent);
    expect(result.code, result.details).toBe(0);
    expect(Buffer.compare(result.messages[0] ?? Buffer.alloc(0), sent)).toBe(0);
  });

  test("one over the limit is RESOURCE_EXHAUSTED", async () => {
    const { client } = await start();
    const result = await client.unary("/contract.Raw/Echo", Buffer.alloc(4 * 1024 * 1024 + 1));
    expect(result.code).toBe(grpc.status.RESOURCE_EXHAUSTED);
  });
});
