import { expect, test } from "vitest";
import { ask } from "./support/calls.ts";
import { describeWithRuntime, startFunction } from "./support/runtime.ts";

describeWithRuntime.each(["stream", "buffered"])("work behind the response, %s", (mode) => {
  test("is done before the process takes the next invocation", async () => {
    await using lambda = await startFunction("traps.ts", { env: { MODE: mode }, maxEnvironments: 1 });
    expect(await ask(lambda.url, "Background", { ms: 300 })).toBe("begun");
    expect(await ask(lambda.url, "Finished")).toBe(1);
  });

  test("that never ends, ends with the invocation's time, not with the process", async () => {
    await using lambda = await startFunction("traps.ts", {
      env: { MODE: mode },
      maxEnvironments: 1,
      timeoutMs: 1000,
    });
    const pid = await ask(lambda.url, "Pid");
    const begin = performance.now();
    expect(await ask(lambda.url, "Background", { ms: 0 })).toBe("begun");
    expect(await ask(lambda.url, "Pid")).toBe(pid);
    expect(performance.now() - begin).toBeGreaterThan(800);
    expect(lambda.lines.join("\n")).not.toContain("Task timed out");
  });
});
