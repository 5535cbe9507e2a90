import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ask } from "./support/calls.ts";
import * as events from "./support/events.ts";
import { sdkClient } from "./support/invoke.ts";
import { describeWithRuntime, type StartedFunction, startFunction } from "./support/runtime.ts";

/** A status of gRPC-Web in the body of an answer, whatever its form. */
function textOf(payload: string): string {
  const [, body = payload] = payload.split("\0".repeat(8));
  try {
    const answer = JSON.parse(payload);
    return Buffer.from(answer.body, answer.isBase64Encoded ? "base64" : "utf8").toString();
  } catch {
    return body;
  }
}

describeWithRuntime.each(["stream", "buffered"])("events, %s", (mode) => {
  let lambda: StartedFunction;
  let pid: unknown;
  beforeAll(async () => {
    lambda = await startFunction("traps.ts", { maxEnvironments: 1, env: { MODE: mode } });
    pid = await ask(lambda.url, "Pid");
  });
  afterEach(async () => {
    expect(await ask(lambda.url, "Pid"), lambda.lines.join("\n")).toBe(pid);
  });
  afterAll(() => lambda.close());

  async function invoke(
    event: unknown,
  ): Promise<{ readonly error: string | undefined; readonly payload: string }> {
    const { FunctionError, Payload } = await sdkClient(lambda).invoke({
      FunctionName: lambda.functionName,
      Payload: JSON.stringify(event),
    });
    return { error: FunctionError, payload: Buffer.from(Payload ?? []).toString("latin1") };
  }

  test.each(Object.entries(events))("%s, as recorded: answered in its form", async (name, event) => {
    const { error, payload } = await invoke(event);
    expect(error).toBeUndefined();
    expect(textOf(payload)).toContain("grpc-status:0\r\n");
    const streams = mode === "stream" && ["FUNCTION_URL", "REST_API", "INVOKE"].includes(name);
    expect(payload.includes("\0".repeat(8))).toBe(streams);
    if (name.startsWith("ALB")) expect(JSON.parse(payload).statusDescription).toBe("200 OK");
  });

  test.each([
    ["base64 that is none", { body: "%%%%" }, "not base64"],
    ["a body that is no text", { body: {} }, "body is an object"],
    ["a flag that is none", { isBase64Encoded: "true" }, "isBase64Encoded is a string"],
  ])("%s: INVALID_ARGUMENT", async (_, fault, says) => {
    for (const event of Object.values(events)) {
      const { error, payload } = await invoke({ ...event, ...fault });
      expect(error).toBeUndefined();
      expect(textOf(payload)).toContain("grpc-status:3\r\n");
      expect(decodeURIComponent(textOf(payload))).toContain(says);
    }
  });

  test.each([
    ["no path", { rawPath: 5, path: null, pathParameters: null }],
    ["headers that are none", { headers: [], multiValueHeaders: null }],
    ["a header that is a number", { headers: { a: 1 }, multiValueHeaders: { a: 1 } }],
  ])("%s: 400, and why", async (_, fault) => {
    for (const event of [events.FUNCTION_URL, events.HTTP_API, events.REST_API, events.ALB]) {
      const { error, payload } = await invoke({ ...event, ...fault });
      expect(error).toBeUndefined();
      expect(payload).toContain('"statusCode":400');
      expect(textOf(payload)).toContain("the event is malformed");
    }
  });

  test.each([null, 5, "text", [], {}, { Records: [{ body: "a message" }] }])(
    "no request of HTTP: the invocation fails, so that nobody takes %j for done",
    async (event) => {
      const { error, payload } = await invoke(event);
      expect(error).toBe("Unhandled");
      expect(payload).toContain("the event is");
    },
  );
});
