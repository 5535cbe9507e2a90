import { createLambdaHandler, lambdaPlatform } from "@railhead/adapter-lambda";
import { frame } from "@railhead/contract";
import { type CallContext, GrpcService } from "@railhead/core";
import { UserService } from "@railhead/example-user-service";
import { expect, test, vi } from "vitest";
import { FUNCTION_URL, INVOKE } from "./support/events.ts";
import { describeWithRuntime, startFunction } from "./support/runtime.ts";

const service = new GrpcService();

test.each([
  ["mode", { mode: "streaming" }],
  ["flushMarginMs", { flushMarginMs: -1 }],
  ["flushMarginMs", { flushMarginMs: Number.NaN }],
  ["flushMarginMs", { flushMarginMs: "250" }],
  ["maxTimeoutMs", { maxTimeoutMs: -1 }],
])("an option that makes no sense is named: %s", (name, options) => {
  expect(() => createLambdaHandler(service, options as never)).toThrow(name);
});

test.each([undefined, null, {}, "service"])("what is no service is refused: %j", async (nothing) => {
  const message = "the service must be a GrpcService";
  expect(() => createLambdaHandler(nothing as never)).toThrow(message);
  const handler = createLambdaHandler(() => nothing as never, { mode: "buffered" });
  const context = { getRemainingTimeInMillis: () => 3000 };
  await expect(handler(INVOKE, context as never)).rejects.toThrow(message);
});

test("options that are undefined are not set", async () => {
  const typed = new GrpcService().registerService(UserService, {
    getUser: () => ({ errorMessage: "x".repeat(2000) }),
  });
  const options = { mode: "buffered", json: undefined, compression: { codecs: undefined } } as const;
  const handler = createLambdaHandler(typed, options);
  const headers = { "content-type": "application/json", "accept-encoding": "gzip" };
  const event = {
    ...FUNCTION_URL,
    rawPath: "/example.UserService/GetUser",
    headers,
    body: "{}",
    isBase64Encoded: false,
  };
  const answer = await handler(event, { getRemainingTimeInMillis: () => 3000 } as never);
  expect(answer).toMatchObject({ statusCode: 200, headers: { "content-encoding": "gzip" } });
});

test("a platform is this adapter's, or none", () => {
  const context: Pick<CallContext, "platform"> = { platform: { event: {}, context: {} } };
  expect(() => lambdaPlatform(context as CallContext)).toThrow(
    "did not come through @railhead/adapter-lambda",
  );
});

test.each(["setContentType", "write"])(
  "a response stream whose %s throws ends its call, and nothing else",
  async (method) => {
    const printed = vi.spyOn(console, "error").mockImplementation(() => {});
    const refuse = (): never => {
      throw new Error(`no ${method}`);
    };
    const stream = { setContentType() {}, write: () => true, end() {}, on() {}, [method]: refuse };
    const context = { getRemainingTimeInMillis: () => 3000 };
    await createLambdaHandler(service)(INVOKE, stream, context as never);
    expect(printed).toHaveBeenCalledWith(expect.stringContaining("refused"), new Error(`no ${method}`));
    printed.mockRestore();
  },
);

describeWithRuntime("a service that a function makes", () => {
  test.each([
    [0, [200]],
    [1, [200]],
    [2, [502, 200]],
  ])("which fails %i times: it is made anew by the next invocation", async (failures, statuses) => {
    await using lambda = await startFunction("fails.ts", {
      maxEnvironments: 1,
      env: { FAILURES: String(failures) },
    });
    for (const status of statuses) {
      const response = await fetch(`${lambda.url}/test.Fails/Echo`, {
        method: "POST",
        headers: { "content-type": "application/grpc-web" },
        body: Buffer.from(frame(new Uint8Array(1))),
      });
      expect(response.status).toBe(status);
      await response.arrayBuffer();
    }
  });
});
