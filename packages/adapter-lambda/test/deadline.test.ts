import { afterAll, beforeAll, expect, test } from "vitest";
import { ask, clientOf } from "./support/calls.ts";
import { describeWithRuntime, type StartedFunction, startFunction } from "./support/runtime.ts";

const EMPTY = new Uint8Array(0);
const DEADLINE_EXCEEDED = 4;
const TIMEOUT_MS = 2000;
/** The default of `flushMarginMs`. */
const MARGIN_MS = 250;

describeWithRuntime("a function with a time-out of 2 s", () => {
  const functions = new Map<string, StartedFunction>();
  beforeAll(async () => {
    for (const mode of ["stream", "buffered"]) {
      const options = { timeoutMs: TIMEOUT_MS, maxEnvironments: 1, env: { MODE: mode } };
      functions.set(mode, await startFunction("traps.ts", options));
    }
  });
  afterAll(() => Promise.all([...functions.values()].map((lambda) => lambda.close())));

  const urlOf = (mode: string): string => functions.get(mode)?.url ?? "";

  test.each(
    ["stream", "buffered"].flatMap((mode) =>
      (["grpc-web", "grpc-web-text", "connect"] as const).flatMap((protocol) =>
        ["Hang", "HangAfterOne"].map((method) => [mode, protocol, method] as const),
      ),
    ),
  )(
    "%s, %s: the client of %s reads DEADLINE_EXCEEDED before the platform cuts",
    async (mode, protocol, method) => {
      const url = urlOf(mode);
      const pid = await ask(url, "Pid");
      const begin = performance.now();
      const answer = await clientOf(url, protocol).call(`/contract.Raw/${method}`, EMPTY);
      const ms = performance.now() - begin;
      expect(answer.code).toBe(DEADLINE_EXCEEDED);
      expect(answer.messages.length).toBe(method === "Hang" ? 0 : 1);
      expect(ms).toBeGreaterThan(TIMEOUT_MS - MARGIN_MS - 100);
      expect(await ask(url, "Pid")).toBe(pid);
      expect(functions.get(mode)?.lines.join("\n")).not.toContain("timed out");
    },
  );

  test("a client that wants it sooner gets it sooner", async () => {
    const begin = performance.now();
    const answer = await clientOf(urlOf("stream")).call("/contract.Raw/Hang", EMPTY, { timeoutMs: 100 });
    expect(answer.code).toBe(DEADLINE_EXCEEDED);
    expect(performance.now() - begin).toBeLessThan(1000);
  });
});
