import { request } from "node:http";
import { InvokeWithResponseStreamCommand } from "@aws-sdk/client-lambda";
import { expect, test } from "vitest";
import { clientOf, invoke, read } from "./support/client.ts";
import { open, send } from "./support/http.ts";
import { isAlive } from "./support/processes.ts";
import { describeWithRuntime, start } from "./support/runtime.ts";
import { INTEGRATION, NUL, script } from "./support/script.ts";

const idThen = (text: string): RegExp => new RegExp(`^RequestId: [0-9a-f-]{36} Error: ${text}$`);

describeWithRuntime("a process that ends under an invocation", () => {
  test.for([
    ["exit", "Runtime exited with error: exit status 7"],
    ["exit without a reason", "Runtime exited without providing a reason"],
    ["kill itself", "Runtime exited with error: signal: killed"],
    ["reject unseen", "Runtime exited with error: exit status 1"],
  ])("%s: its caller is told, the next one gets a new process", async ([way = "", message = ""]) => {
    await using lambda = await start("fail.mjs", { maxEnvironments: 1 });
    const before = await invoke(lambda, { way: "pid" });
    expect(await invoke(lambda, { way })).toEqual({
      error: "Unhandled",
      result: { errorType: "Runtime.ExitError", errorMessage: expect.stringMatching(idThen(message)) },
    });
    const after = await invoke(lambda, { way: "pid" });
    expect(after.error).toBeUndefined();
    expect(after.result).not.toBe(before.result);
    // Whoever called by HTTP is told less.
    await lambda.logged(new RegExp(`^RequestId: \\S+ Error: ${message} Runtime\\.ExitError$`));
    await lambda.logged(/^REPORT .*\tStatus: error\tError Type: Runtime\.ExitError$/);
  });

  test.for([
    ["write after end", 1],
    ["destroy", 1],
  ] as const)("%s: the response is cut off", async ([way]) => {
    await using lambda = await start("fail-stream.mjs");
    using client = clientOf(lambda);
    const Payload = JSON.stringify({ rawQueryString: way });
    const command = new InvokeWithResponseStreamCommand({ FunctionName: lambda.functionName, Payload });
    const { complete } = await read(await client.send(command));
    expect(complete).toMatchObject({ ErrorCode: "Runtime.ExitError" });
    const next = await send(`${lambda.url}/?answer`);
    expect(next.body.toString()).toBe("fine");
  });

  test("what it has started ends with it", async () => {
    await using lambda = await start("fail.mjs", { timeoutMs: 1000 });
    const { result } = await invoke(lambda, { way: "start a program" });
    expect(result).toMatchObject({ errorType: "Sandbox.Timedout" });
    const pid = Number((await lambda.logged(/program \d+/)).match(/program (\d+)/)?.[1]);
    await expect.poll(() => isAlive(pid)).toBe(false);
  });
});

describeWithRuntime("the timeout of a function", () => {
  test.for(["never answer", "loop for ever"])("%s: the process is replaced", async (way) => {
    await using lambda = await start("fail.mjs", { timeoutMs: 300, maxEnvironments: 1 });
    const before = await invoke(lambda, { way: "pid" });
    expect(await invoke(lambda, { way })).toEqual({
      error: "Unhandled",
      result: {
        errorType: "Sandbox.Timedout",
        errorMessage: expect.stringMatching(idThen("Task timed out after 0\\.30 seconds")),
      },
    });
    const after = await invoke(lambda, { way: "pid" });
    expect(after.result).not.toBe(before.result);
    expect(isAlive(Number(before.result))).toBe(false);
    await lambda.logged(/^\S+Z \S+ Task timed out after 0\.30 seconds$/);
    await lambda.logged(/^REPORT .*\tStatus: timeout$/);
  });

  test("ends streams: the client sees that they are not complete", async () => {
    await using lambda = await start("stream.mjs", { timeoutMs: 1000 });
    const body = script({ contentType: INTEGRATION, writes: [`{}${NUL}`, "one", 5000, "two"] });
    const response = await open(lambda.url, { body });
    const chunks: string[] = [];
    const reading = (async () => {
      for await (const chunk of response) chunks.push(String(chunk));
    })();
    await expect(reading).rejects.toThrow("aborted");
    expect(chunks.join("")).toBe("one");
  });

  test.for([
    ["functionUrl", 502],
    ["httpApi", 503],
    ["restApi", 504],
    ["alb", 502],
  ] as const)("reads as the status of %s", async ([front, status]) => {
    await using lambda = await start("fail-stream.mjs", { timeoutMs: 200 });
    expect((await send(`${lambda.urls[front]}/?never+answer`)).status).toBe(status);
  });
});

describeWithRuntime("a handler that throws", () => {
  test.for([
    ["functionUrl", 502, "Internal Server Error"],
    ["httpApi", 500, '{"message":"Internal Server Error"}'],
    ["restApi", 502, '{"message":"Internal server error"}'],
    ["restApiStream", 502, '{"message":"Internal server error"}'],
    ["alb", 502, "<html>\r\n<head><title>502 Bad Gateway</title></head>"],
  ] as const)("reads as the status of %s", async ([front, status, text]) => {
    await using lambda = await start("fail-stream.mjs");
    const answer = await send(`${lambda.urls[front]}/?throw`);
    expect(answer.status).toBe(status);
    expect(answer.body.toString()).toContain(text);
  });

  test("may have much to say", async () => {
    const message = "x".repeat(200_000);
    await using whole = await start("fail.mjs");
    expect((await invoke(whole, { way: "throw", message })).result).toMatchObject({ errorMessage: message });
    await using streaming = await start("stream.mjs");
    using client = clientOf(streaming);
    const Payload = JSON.stringify({ body: script({ writes: ["one"], error: message }) });
    const command = new InvokeWithResponseStreamCommand({ FunctionName: streaming.functionName, Payload });
    const { complete } = await read(await client.send(command));
    expect(JSON.parse(complete?.ErrorDetails ?? "")).toMatchObject({ errorMessage: message });
  });

  test("cuts off a response that has begun", async () => {
    await using lambda = await start("stream.mjs");
    const body = script({ contentType: INTEGRATION, writes: [`{}${NUL}`, "one"], error: "no more" });
    await expect(send(lambda.url, { body })).rejects.toThrow("aborted");
  });
});

describeWithRuntime("a client that leaves", () => {
  test("is nothing to the function, which goes on", async () => {
    await using lambda = await start("stream-size.mjs", { timeoutMs: 15_000, maxEnvironments: 1 });
    const response = await open(`${lambda.url}/?${50 * 1024 * 1024}`);
    response.destroy();
    await lambda.logged(/^REPORT /);
    const next = await send(`${lambda.url}/?3`);
    expect(next.body).toHaveLength(3);
    expect(lambda.lines.filter((line) => /ERROR|timed out/.test(line))).toEqual([]);
  });

  test("in the midst of an event stream is nothing to it either", async () => {
    await using lambda = await start("stream-size.mjs", { timeoutMs: 15_000, maxEnvironments: 1 });
    using client = clientOf(lambda);
    const Payload = JSON.stringify({ rawQueryString: String(50 * 1024 * 1024) });
    const command = new InvokeWithResponseStreamCommand({ FunctionName: lambda.functionName, Payload });
    const abort = new AbortController();
    const { EventStream } = await client.send(command, { abortSignal: abort.signal });
    for await (const _ of EventStream ?? []) break;
    abort.abort();
    client.destroy();
    await lambda.logged(/^REPORT /);
    expect((await send(`${lambda.url}/?3`)).body).toHaveLength(3);
    expect(lambda.lines.filter((line) => /ERROR|timed out/.test(line))).toEqual([]);
  });

  test("before its request is complete invokes nothing", async () => {
    await using lambda = await start("reply.mjs");
    const outgoing = request(lambda.url, { method: "POST", headers: { "content-length": "10" } });
    outgoing.on("error", () => {});
    outgoing.write("12345", () => outgoing.destroy());
    await new Promise((resolve) => outgoing.once("close", resolve));
    expect((await send(lambda.url, { body: "1" })).body.toString()).toBe("1");
    expect(lambda.lines.filter((line) => line.startsWith("START"))).toHaveLength(1);
  });
});
