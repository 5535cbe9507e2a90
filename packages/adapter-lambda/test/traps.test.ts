import { once } from "node:events";
import { connect } from "node:net";
import { frame, toJson } from "@railhead/contract";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ask, clientOf } from "./support/calls.ts";
import { describeWithRuntime, type StartedFunction, startFunction } from "./support/runtime.ts";

const EMPTY = new Uint8Array(0);

describeWithRuntime("one process survives", () => {
  let lambda: StartedFunction;
  let pid: unknown;
  beforeAll(async () => {
    lambda = await startFunction("traps.ts", { maxEnvironments: 1, timeoutMs: 10_000 });
    pid = await ask(lambda.url, "Pid");
  });
  afterEach(async () => {
    expect(await ask(lambda.url, "Pid"), lambda.lines.join("\n")).toBe(pid);
  });
  afterAll(() => lambda.close());

  test.each(["plain", "string", "undefined", "rejection"])("a handler that throws: %s", async (failure) => {
    const answer = await clientOf(lambda.url).call("/contract.Raw/Fail", toJson({ failure }));
    expect(answer.code).toBeGreaterThan(0);
  });

  test("a stream that fails behind its messages", async () => {
    const body = toJson({ count: 3, bytes: 10, failure: "plain" });
    const answer = await clientOf(lambda.url).call("/contract.Raw/Count", body);
    expect(answer).toMatchObject({ code: 13, message: "internal error" });
    expect(answer.messages.length).toBe(3);
  });

  test.each(["FIN", "RST"])("a client that leaves a stream by %s", async (leaving) => {
    const { hostname, port } = new URL(lambda.url);
    const socket = connect(Number(port), hostname);
    const body = frame(toJson({ count: 2000, bytes: 10_000 }));
    socket.write(
      `POST /contract.Raw/Count HTTP/1.1\r\nhost: x\r\ncontent-type: application/grpc-web\r\n` +
        `content-length: ${body.length}\r\n\r\n`,
    );
    socket.write(body);
    await once(socket, "data");
    if (leaving === "FIN") socket.destroy();
    else socket.resetAndDestroy();
    await once(socket, "close");
  });

  test("a client that stops reading for a while gets all of it", async () => {
    const call = await clientOf(lambda.url).open(
      "/contract.Raw/Count",
      frame(toJson({ count: 300, bytes: 64 * 1024 })),
    );
    await call.next();
    await new Promise((resolve) => setTimeout(resolve, 500));
    const answer = await call.finish();
    expect(answer.code).toBe(0);
    expect(answer.messages.length).toBe(300);
  });

  test.each([
    ["fits", 15_000, 0],
    ["is more than a stream may begin with", 17_000, 8],
  ])("leading metadata that %s", async (_, bytes, code) => {
    const answer = await clientOf(lambda.url).call("/test.Process/Metadata", toJson({ bytes }));
    expect(answer.code).toBe(code);
    if (code === 0) expect(answer.headers.get("x-large")).toBe("v".repeat(bytes));
    else expect(answer.message).toContain("16384");
  });

  test.each([
    ["OPTIONS", 405],
    ["GET", 405],
    ["PUT", 405],
  ])("%s, which is answered %i", async (method, status) => {
    const response = await clientOf(lambda.url).http("/contract.Raw/Echo", { method, headers: [] });
    expect(response.status).toBe(status);
  });

  test("the handler knows its event and its function", async () => {
    expect(await ask(lambda.url, "Platform")).toMatchObject({
      keys: expect.arrayContaining(["rawPath", "requestContext"]),
      peer: "127.0.0.1",
      functionName: "traps",
    });
  });

  test("headers alone go out before the first message", async () => {
    const timeoutMs = 1000;
    const begin = performance.now();
    const call = await clientOf(lambda.url).open("/test.Silent/Listen", frame(EMPTY), { timeoutMs });
    expect(performance.now() - begin).toBeLessThan(timeoutMs / 2);
    expect(await call.finish()).toMatchObject({ code: 4, messages: [] });
  });
});

describeWithRuntime("without AWS's global", () => {
  test("responses are streamed as well", async () => {
    await using lambda = await startFunction("traps.ts", {
      env: { AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA: "1" },
    });
    const answer = await clientOf(lambda.url).call("/contract.Raw/Count", toJson({ count: 3, bytes: 10 }));
    expect([answer.code, answer.messages.length]).toEqual([0, 3]);
    expect(lambda.lines.join("\n")).not.toContain("awslambda");
  });
});
