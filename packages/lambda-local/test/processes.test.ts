import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import { runtimeAvailability, startLambda } from "@railhead/lambda-local";
import { expect, test } from "vitest";
import { clientOf, invoke } from "./support/client.ts";
import { isAlive } from "./support/processes.ts";
import { describeWithRuntime, handlerPath, start } from "./support/runtime.ts";

describeWithRuntime("processes", () => {
  test("one after another, invocations share one", async () => {
    await using lambda = await start("slow.mjs");
    const pids = new Set<number>();
    for (let at = 0; at < 5; at++) {
      const { pid, awsRequestId } = (await invoke(lambda, { milliseconds: 1 })).result;
      pids.add(pid);
      await lambda.logged(new RegExp(`^END RequestId: ${awsRequestId}`));
    }
    expect(pids.size).toBe(1);
  });

  test("so they do when the next one comes with the answer", async () => {
    await using lambda = await start("slow.mjs", { maxEnvironments: 2 });
    const pids = new Set<number>();
    for (let at = 0; at < 5; at++) pids.add((await invoke(lambda, { milliseconds: 1 })).result.pid);
    expect(pids.size).toBe(1);
    const words = lambda.lines.map((line) => line.split(" ")[0]);
    expect(words.slice(0, 12)).toEqual([
      "START",
      "END",
      "REPORT",
      "START",
      "END",
      "REPORT",
      "START",
      "END",
      "REPORT",
      "START",
      "END",
      "REPORT",
    ]);
  });

  test("one that works behind its response is not waited for", async () => {
    await using lambda = await start("lingers.mjs", { timeoutMs: 10_000 });
    const get = async (): Promise<string> => (await fetch(lambda.url)).text();
    const first = await get();
    const second = await get();
    expect(second).not.toBe(first);
    expect(lambda.lines.filter((line) => line.startsWith("END"))).toEqual([]);
  });

  test("at a time, each has its own", async () => {
    await using lambda = await start("slow.mjs");
    const calls = [1, 2, 3].map(() => invoke(lambda, { milliseconds: 300 }));
    const results = (await Promise.all(calls)).map(({ result }) => result);
    expect(new Set(results.map(({ pid }) => pid)).size).toBe(3);
    expect(results.map(({ most }) => most)).toEqual([1, 1, 1]);
  });

  test("no more than maxEnvironments: the rest waits", async () => {
    await using lambda = await start("slow.mjs", { maxEnvironments: 2 });
    const calls = Array.from({ length: 6 }, () => invoke(lambda, { milliseconds: 50 }));
    const pids = (await Promise.all(calls)).map(({ result }) => result.pid);
    expect(new Set(pids).size).toBe(2);
  });

  test("no more invocations than reservedConcurrency", async () => {
    await using lambda = await start("slow.mjs", { reservedConcurrency: 1 });
    using client = clientOf(lambda);
    const send = () =>
      client.send(new InvokeCommand({ FunctionName: "slow", Payload: '{"milliseconds":200}' }));
    const first = send();
    await lambda.logged(/^START/);
    await expect(send()).rejects.toMatchObject({
      name: "TooManyRequestsException",
      Reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
      $metadata: { httpStatusCode: 429 },
    });
    const statuses = await Promise.all(
      (["functionUrl", "httpApi", "restApi", "alb"] as const).map(
        async (name) => (await fetch(lambda.urls[name])).status,
      ),
    );
    expect(statuses).toEqual([429, 503, 500, 502]);
    expect((await first).StatusCode).toBe(200);
    expect((await send()).StatusCode).toBe(200);
  });

  test("several invocations in one, with maxConcurrency", async () => {
    const env = { AWS_LAMBDA_NODEJS_WORKER_COUNT: "2", UV_THREADPOOL_SIZE: "8" };
    await using lambda = await start("slow.mjs", { maxConcurrency: 4, maxEnvironments: 1, env });
    const calls = Array.from({ length: 8 }, () => invoke(lambda, { milliseconds: 200 }));
    const results = (await Promise.all(calls)).map(({ result }) => result);
    expect(new Set(results.map(({ pid }) => pid)).size).toBe(1);
    expect(results.every(({ isMainThread }) => !isMainThread)).toBe(true);
    const most = Math.max(...results.map((result) => result.most));
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
    expect(new Set(results.map(({ awsRequestId }) => awsRequestId)).size).toBe(8);
  });

  test("with maxConcurrency, a timeout ends one invocation and no process", async () => {
    const env = { AWS_LAMBDA_NODEJS_WORKER_COUNT: "1" };
    await using lambda = await start("slow.mjs", { maxConcurrency: 4, timeoutMs: 1000, env });
    const late = invoke(lambda, { milliseconds: 1500 });
    const before = await invoke(lambda, { milliseconds: 10 });
    expect((await late).result).toMatchObject({ errorType: "Sandbox.Timedout" });
    const after = await invoke(lambda, { milliseconds: 10 });
    expect(after.result.pid).toBe(before.result.pid);
  });

  test("one that takes more memory than the function has is killed", async () => {
    await using lambda = await start("memory.mjs", { memoryMB: 256 });
    expect((await invoke(lambda, { megabytes: 20 })).result).toBe(20 * 1024 * 1024);
    expect(await invoke(lambda, { megabytes: 300 })).toEqual({
      error: "Unhandled",
      result: {
        errorType: "Runtime.OutOfMemory",
        errorMessage: expect.stringMatching(
          /^RequestId: \S+ Error: Runtime exited with error: signal: killed$/,
        ),
      },
    });
    await lambda.logged(/^RequestId: \S+ Error: Runtime exited .*: signal: killed Runtime\.OutOfMemory$/);
    await lambda.logged(/^REPORT .*\tMemory Size: 256 MB\tMax Memory Used: 256 MB/);
  });

  test("what one prints without an end of line does not pile up", async () => {
    await using lambda = await start("fail.mjs");
    await invoke(lambda, { way: "print no end of line" });
    const printed = await lambda.logged(/^x+$/);
    expect(printed.length).toBeGreaterThanOrEqual(256 * 1024);
  });

  test("one that is ended right behind its answer is reported once", async () => {
    const lambda = await start("slow.mjs");
    await invoke(lambda, { milliseconds: 1 });
    await lambda.close();
    const of = (word: string): number => lambda.lines.filter((line) => line.startsWith(word)).length;
    expect([of("START"), of("END"), of("REPORT")]).toEqual([1, 1, 1]);
  });

  test("none is left when the function is closed, and its invocations end", async () => {
    const lambda = await start("slow.mjs");
    const { pid } = (await invoke(lambda, { milliseconds: 1 })).result;
    const late = invoke(lambda, { milliseconds: 5000 });
    late.catch(() => {});
    await lambda.logged(/^REPORT/);
    await lambda.close();
    expect(isAlive(pid)).toBe(false);
    await expect(late).rejects.toThrow();
    await lambda.close();
  });
});

describeWithRuntime("a function that cannot be loaded", () => {
  test.for([
    [
      "no-export.mjs",
      'no-export.mjs cannot be loaded: Runtime.HandlerNotFound: it does not export "handler"',
    ],
    ["typed.nothing", 'typed.ts cannot be loaded: Runtime.HandlerNotFound: it does not export "nothing"'],
    ["throws-at-load.mjs", "TypeError: not today"],
  ])("%s makes startLambda reject", async ([name = "", message]) => {
    await expect(start(name)).rejects.toThrow(message);
  });

  test("whose process cannot be started makes startLambda reject", async () => {
    await expect(start("event.mjs", { env: { A: "a\0b" } })).rejects.toThrow(
      "Runtime could not be started: TypeError",
    );
  });

  test("for its syntax: whoever reads of it is told how to find the place", async () => {
    const folder = await mkdtemp(join(tmpdir(), "railhead-syntax-"));
    const handler = join(folder, "index.mjs");
    await writeFile(handler, "export const handler = async ( => 1;");
    await expect(startLambda({ handler, log() {} })).rejects.toThrow(
      `${handler} cannot be loaded: Runtime.UserCodeSyntaxError: SyntaxError: Unexpected token '=>' ("node ${handler}" shows where)`,
    );
    await rm(folder, { recursive: true });
  });

  test("is an error of its invocations when it is started by them", async () => {
    await using lambda = await start("throws-at-load.mjs", { warm: false });
    expect(lambda.lines).toEqual([]);
    for (let at = 0; at < 2; at++) {
      expect(await invoke(lambda, {})).toMatchObject({
        error: "Unhandled",
        result: { errorType: "TypeError", errorMessage: "not today" },
      });
    }
    expect((await fetch(lambda.url)).status).toBe(502);
    await lambda.logged(/Init Error.*not today/);
  });

  test("takes too long", { timeout: 30_000 }, async () => {
    await expect(start("never-loads.mjs")).rejects.toThrow(
      "Sandbox.Timedout: Error: Init timed out after 10.00 seconds",
    );
  });
});

test.runIf(runtimeAvailability().isAvailable).for([
  [{ handler: "nowhere.mjs" }, 'There is no handler "nowhere.mjs"'],
  [{ timeoutMs: 0 }, "timeoutMs must be a whole number from 1 to 900000, and is 0"],
  [{ timeoutMs: 900_001 }, "timeoutMs must be"],
  [{ memoryMB: 127 }, "memoryMB must be a whole number from 128 to 10240, and is 127"],
  [{ maxConcurrency: 0 }, "maxConcurrency must be"],
  [{ maxEnvironments: 0.5 }, "maxEnvironments must be"],
  [{ port: 65_536 }, "the port of functionUrl must be"],
  [{ ports: { alb: -1 } }, "the port of alb must be"],
  [{ functionName: "a b" }, '"a b" is no name for a function'],
] as const)("%j is refused", async ([options, message]) => {
  await expect(startLambda({ handler: handlerPath("event.mjs"), ...options })).rejects.toThrow(message);
});
