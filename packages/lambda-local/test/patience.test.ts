import { afterEach, expect, test, vi } from "vitest";
import { send } from "./support/http.ts";
import { describeWithRuntime, start } from "./support/runtime.ts";

/** The front ends run in this process, so this process's clock is theirs. */
describeWithRuntime("the patience of front ends", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test.for([
    ["httpApi", 30_000, 503],
    ["restApi", 29_000, 504],
  ] as const)("%s waits for %i ms", async ([name, waitMs, status]) => {
    await using lambda = await start("fail-stream.mjs", { timeoutMs: 900_000 });
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    let isAnswered = false;
    const answer = send(`${lambda.urls[name]}/?never+answer`).finally(() => {
      isAnswered = true;
    });
    await lambda.logged(/^START/);
    await vi.advanceTimersByTimeAsync(waitMs - 1);
    expect(isAnswered).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect((await answer).status).toBe(status);
  });
});
