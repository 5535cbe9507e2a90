import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Running } from "./support/command.ts";
import { send } from "./support/http.ts";
import { isAlive } from "./support/processes.ts";
import { describeWithRuntime, handlerPath } from "./support/runtime.ts";

const invocations = (endpoint: string, name: string): string =>
  `${endpoint}/2015-03-31/functions/${name}/invocations`;

describeWithRuntime("railhead-lambda", () => {
  test("serves a function until it is told to stop", async () => {
    await using running = new Running([handlerPath("event.mjs"), "--port", "0", "--front-end", "alb=0"]);
    const [, url = ""] = await running.printed(/^Function URL +(\S+)$/m);
    const [, alb = ""] = await running.printed(/^alb +(\S+)$/m);
    await running.printed(/^Lambda API +http:\S+ {2}function "event"$/m);
    expect(JSON.parse((await send(`${url}/x`)).body.toString())).toMatchObject({
      version: "2.0",
      rawPath: "/x",
    });
    expect(JSON.parse((await send(`${alb}/x`)).body.toString())).toMatchObject({
      requestContext: { elb: {} },
    });
    await running.printed(/^REPORT RequestId: /m);
    running.process.kill("SIGINT");
    expect(await running.ended).toMatchObject({ code: 0, stderr: "" });
  });

  test("gives the function its settings", async () => {
    const folder = await mkdtemp(join(tmpdir(), "railhead-env-"));
    try {
      await writeFile(join(folder, ".env"), "A=file\nB=file\n");
      const settings = ["--timeout", "1.5", "--memory", "256", "--name", "f", "--region", "eu-west-1"];
      const env = [
        "--env-from",
        join(folder, ".env"),
        "--env",
        "B=here",
        "--env",
        "FROM_SHELL",
        "--env",
        "MISSING",
      ];
      const args = [handlerPath("context.mjs"), "--port", "0", ...settings, ...env];
      await using running = new Running(args, { ...process.env, FROM_SHELL: "yes" });
      const [, endpoint = ""] = await running.printed(/^Lambda API +(\S+)/m);
      const { body } = await send(invocations(endpoint, "f"), { body: "{}" });
      const { env: seen, context, remainingMs } = JSON.parse(body.toString());
      expect(seen).toMatchObject({ A: "file", B: "here", FROM_SHELL: "yes", AWS_REGION: "eu-west-1" });
      expect(seen).not.toHaveProperty("MISSING");
      expect(context).toMatchObject({ functionName: "f", memoryLimitInMB: "256" });
      expect(remainingMs).toBeLessThanOrEqual(1500);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("leaves no process when it is killed, not even one in a loop", async () => {
    await using running = new Running([handlerPath("fail.mjs"), "--port", "0", "--timeout", "900"]);
    const [, endpoint = ""] = await running.printed(/^Lambda API +(\S+)/m);
    const invoke = (way: string) => send(invocations(endpoint, "fail"), { body: JSON.stringify({ way }) });
    const looping = Number((await invoke("pid")).body.toString());
    invoke("loop for ever").catch(() => {});
    await running.printed(/START[\s\S]*START/);
    const idle = Number((await invoke("pid")).body.toString());
    expect(idle).not.toBe(looping);
    running.process.kill("SIGKILL");
    await once(running.process, "exit");
    await expect.poll(() => [isAlive(looping), isAlive(idle)], { timeout: 5000 }).toEqual([false, false]);
  });

  test("says why it cannot start", async () => {
    const running = new Running([handlerPath("throws-at-load.mjs"), "--port", "0"]);
    expect(await running.ended).toMatchObject({
      code: 1,
      stderr: `${handlerPath("throws-at-load.mjs")} cannot be loaded: TypeError: not today\n`,
    });
  });

  test("says that a port is taken", async () => {
    await using first = new Running([handlerPath("event.mjs"), "--port", "0"]);
    const [, port = ""] = await first.printed(/^Function URL +\S+:(\d+)$/m);
    const second = await new Running([handlerPath("event.mjs"), "--port", port]).ended;
    expect(second).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`address already in use 127.0.0.1:${port}`),
    });
  });
});

describe("the command line", () => {
  test("helps", async () => {
    const { code, stdout } = await new Running(["--help"]).ended;
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^Usage: railhead-lambda <handler> \[options\]\n/),
    ]);
  });

  test.for([
    [[], "There is no handler to run."],
    [["a.mjs", "b.mjs"], "One handler only, and not b.mjs as well."],
    [["a.mjs", "--bogus"], "Unknown option '--bogus'"],
    [["a.mjs", "--port", "web"], '--port takes a number, not "web".'],
    [["a.mjs", "--timeout", "3000"], '--timeout takes seconds, at most 900, not "3000".'],
    [["a.mjs", "--timeout", "0"], '--timeout takes seconds, at most 900, not "0".'],
    [
      ["a.mjs", "--front-end", "nlb=1"],
      '--front-end takes a name and a port, such as alb=3001, not "nlb=1".',
    ],
    [["a.mjs", "--front-end", "alb"], "--front-end takes a name and a port"],
    [["a.mjs", "--env-from", "/nowhere"], "ENOENT"],
  ] as const)("%j is wrong", async ([args, message]) => {
    const { code, stdout, stderr } = await new Running(args).ended;
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
    expect(stderr).toContain("Usage: railhead-lambda");
  });
});
