import { InvokeCommand, InvokeWithResponseStreamCommand } from "@aws-sdk/client-lambda";
import { expect, test } from "vitest";
import { clientOf, read } from "./support/client.ts";
import { send } from "./support/http.ts";
import { describeWithRuntime, handlerPath, start } from "./support/runtime.ts";
import { INTEGRATION, NUL, script } from "./support/script.ts";

const ACCOUNT = "123456789012";

describeWithRuntime("Invoke", () => {
  test("hands over event and context, and brings the result back", async () => {
    await using lambda = await start("context.mjs", {
      functionName: "f",
      timeoutMs: 5000,
      env: { OWN: "1" },
    });
    using client = clientOf(lambda);
    const clientContext = Buffer.from('{"custom":{"a":"ü"}}').toString("base64");
    const answer = await client.send(
      new InvokeCommand({
        FunctionName: "f",
        Qualifier: "live",
        Payload: '{"a":1}',
        ClientContext: clientContext,
        LogType: "Tail",
      }),
    );
    expect([answer.StatusCode, answer.ExecutedVersion, answer.FunctionError]).toEqual([
      200,
      "$LATEST",
      undefined,
    ]);
    const { event, context, remainingMs, env, cwd } = JSON.parse(answer.Payload?.transformToString() ?? "");
    expect(event).toEqual({ a: 1 });
    expect(context).toMatchObject({
      awsRequestId: answer.$metadata.requestId,
      clientContext: { custom: { a: "ü" } },
      functionName: "f",
      functionVersion: "$LATEST",
      invokedFunctionArn: `arn:aws:lambda:us-east-1:${ACCOUNT}:function:f:live`,
      memoryLimitInMB: "1024",
      xRayTraceId: expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/),
    });
    expect(remainingMs).toBeGreaterThan(3000);
    expect(remainingMs).toBeLessThanOrEqual(5000);
    expect(env).toMatchObject({
      OWN: "1",
      AWS_REGION: "us-east-1",
      AWS_LAMBDA_FUNCTION_NAME: "f",
      TZ: ":UTC",
    });
    expect(env).not.toHaveProperty("HOME");
    expect(cwd).toBe(handlerPath("context.mjs").replace("/context.mjs", ""));
    const log = Buffer.from(answer.LogResult ?? "", "base64")
      .toString()
      .split("\n");
    expect(log).toEqual([
      `START RequestId: ${answer.$metadata.requestId} Version: $LATEST`,
      expect.stringMatching(/^\S+Z\t[0-9a-f-]{36}\tINFO\tsaid by the function$/),
      `END RequestId: ${answer.$metadata.requestId}`,
      expect.stringMatching(
        /^REPORT RequestId: .*\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 1024 MB\t.*Init Duration: [\d.]+ ms$/,
      ),
      "",
    ]);
  });

  test.for([
    ["f"],
    ["f:$LATEST"],
    [`${ACCOUNT}:function:f`],
    [`arn:aws:lambda:us-east-1:${ACCOUNT}:function:f`],
    [`arn:aws:lambda:us-east-1:${ACCOUNT}:function:f:live`],
  ])("knows the function as %s", async ([FunctionName]) => {
    await using lambda = await start("context.mjs", { functionName: "f" });
    using client = clientOf(lambda);
    const { Payload } = await client.send(new InvokeCommand({ FunctionName }));
    expect(JSON.parse(Payload?.transformToString() ?? "").event).toEqual({});
  });

  test("tells errors of the function from results", async () => {
    await using lambda = await start("fail.mjs", { functionName: "f" });
    using client = clientOf(lambda);
    const answer = await client.send(new InvokeCommand({ FunctionName: "f", Payload: '{"way":"throw"}' }));
    expect([answer.StatusCode, answer.FunctionError]).toEqual([200, "Unhandled"]);
    expect(JSON.parse(answer.Payload?.transformToString() ?? "")).toEqual({
      errorType: "RangeError",
      errorMessage: "thrown by the function",
      trace: expect.arrayContaining(["RangeError: thrown by the function"]),
    });
  });

  test("takes events that nobody waits for, and dry runs", async () => {
    await using lambda = await start("context.mjs", { functionName: "f" });
    using client = clientOf(lambda);
    const send = async (InvocationType: "Event" | "DryRun"): Promise<number | undefined> =>
      (await client.send(new InvokeCommand({ FunctionName: "f", InvocationType }))).StatusCode;
    expect(await send("DryRun")).toBe(204);
    expect(lambda.lines).toEqual([]);
    expect(await send("Event")).toBe(202);
    await lambda.logged(/said by the function/);
  });

  test.for([
    [
      "ResourceNotFoundException",
      "Function not found: arn:aws:lambda:us-east-1:123456789012:function:g",
      { FunctionName: "g" },
    ],
    ["InvalidRequestContentException", "Could not parse request body into json", { Payload: "{" }],
    ["InvalidRequestContentException", "Client context must be", { ClientContext: "e30" + "x" }],
    ["ValidationException", '"a b" is neither', { Qualifier: "a b" }],
    [
      "RequestTooLargeException",
      "Request must be smaller than 1048576 bytes",
      { InvocationType: "Event", Payload: `"${"x".repeat(1024 * 1024)}"` },
    ],
  ] as const)("refuses with %s", async ([name, message, input]) => {
    await using lambda = await start("context.mjs", { functionName: "f" });
    using client = clientOf(lambda);
    const refusal = client.send(new InvokeCommand({ FunctionName: "f", ...input }));
    await expect(refusal).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
  });
});

describeWithRuntime("the Lambda API", () => {
  test.for([
    ["GET", "/2015-03-31/functions/f", 404, "UnknownOperationException"],
    ["GET", "/2015-03-31/functions/f/invocations", 404, "UnknownOperationException"],
    ["POST", "/", 404, "UnknownOperationException"],
    ["POST", "//", 404, "UnknownOperationException"],
    ["POST", "/2015-03-31/functions/%zz/invocations", 400, "ValidationException"],
    ["POST", "/2015-03-31/functions/a%2Fb/invocations", 404, "ResourceNotFoundException"],
  ] as const)("%s %s", async ([method, path, status, type]) => {
    await using lambda = await start("context.mjs", { functionName: "f" });
    const answer = await send(`${lambda.endpoint}${path}`, { method });
    expect([answer.status, answer.headers.at(-1)]).toEqual([status, type]);
  });
});

describeWithRuntime("InvokeWithResponseStream", () => {
  const invoke = (payload: string, LogType: "None" | "Tail" = "None") =>
    new InvokeWithResponseStreamCommand({ FunctionName: "f", Payload: payload, LogType });
  const body = (text: string): string => JSON.stringify({ body: text, isBase64Encoded: false });

  test("brings every byte, the prelude included", async () => {
    await using lambda = await start("stream.mjs", { functionName: "f" });
    using client = clientOf(lambda);
    const writes = [`{"statusCode":200}${NUL}`, 20, "one", 20, "two"];
    const answer = await client.send(invoke(body(script({ contentType: INTEGRATION, writes })), "Tail"));
    expect([answer.StatusCode, answer.ExecutedVersion]).toEqual([200, "$LATEST"]);
    const { chunks, complete } = await read(answer);
    expect(chunks).toEqual([`{"statusCode":200}${NUL}`, "one", "two"]);
    expect(complete).toEqual({ LogResult: expect.any(String) });
    expect(Buffer.from(complete?.LogResult ?? "", "base64").toString()).toMatch(
      /^START RequestId: .*\nEND .*\nREPORT .*\n$/,
    );
  });

  test("ends with the function's error, behind what came before", async () => {
    await using lambda = await start("stream.mjs", { functionName: "f" });
    using client = clientOf(lambda);
    for (const writes of [[], ["one"]]) {
      const { chunks, complete } = await read(
        await client.send(invoke(body(script({ writes, error: "too far" })))),
      );
      expect(chunks).toEqual(writes);
      expect(complete?.ErrorCode).toBe("RangeError");
      expect(JSON.parse(complete?.ErrorDetails ?? "")).toMatchObject({
        errorType: "RangeError",
        errorMessage: "too far",
      });
    }
  });

  test("serves functions that do not stream", async () => {
    await using lambda = await start("fail.mjs", { functionName: "f" });
    using client = clientOf(lambda);
    const good = await read(await client.send(invoke('{"way":"pid"}')));
    expect(good).toEqual({ chunks: [expect.stringMatching(/^\d+$/)], complete: {} });
    const bad = await read(await client.send(invoke('{"way":"throw"}')));
    expect(bad).toMatchObject({ chunks: [], complete: { ErrorCode: "RangeError" } });
  });
});
