import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startWorkerd, type Workerd } from "./support/workerd.ts";

/** The client inside a Worker: calls through a service binding and to a Durable Object, which no network lies between. */
let workerd: Workerd;
beforeAll(async () => {
  workerd = await startWorkerd({
    entry: new URL("./workers/client.ts", import.meta.url),
    compatibilityFlags: ["enable_request_signal"],
    selfBindings: ["SELF"],
    durableObjects: { ROOMS: "Room" },
  });
});
afterAll(() => workerd.close());
beforeEach(() => workerd.explainFailure());

async function run(way: readonly string[], scenario: string): Promise<unknown> {
  const response = await fetch(`${workerd.url}/client/${way.join("/")}/${scenario}`);
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return JSON.parse(text);
}

const ways = ["service", "object"].flatMap((via) =>
  ["connect", "grpc-web", "grpc-web-text"].flatMap((protocol) =>
    [
      ["proto", "none"],
      ["json", "gzip"],
      ["proto", "deflate"],
    ].map((rest) => [via, protocol, ...rest]),
  ),
);

describe.each(ways)("through a %s, %s, %s, requests by %s", (...way) => {
  test.each([
    ["unary", { value: "John Doe" }],
    ["error", { error: "NOT_FOUND: User 999 not found" }],
    ["long", { value: 5000 }],
    ["list", { value: expect.arrayContaining(["123"]) }],
    ["upload", { value: 2 }],
    ["deadline", { error: "DEADLINE_EXCEEDED: deadline exceeded" }],
    ["cancel", { error: "CANCELLED: the call was cancelled" }],
    ["chat", { value: ["sent a", "got a", "sent b", "got b"] }],
  ])("%s", async (scenario, outcome) => {
    expect(await run(way, scenario)).toEqual(outcome);
  });
});

test("handlers learn that a Worker gave a call up", async () => {
  const seen = async () => Number(await (await fetch(`${workerd.url}/cancelled`)).text());
  const before = await seen();
  await expect
    .poll(
      async () => {
        await run(["service", "grpc-web", "proto", "none"], "cancel");
        return seen();
      },
      { timeout: 15_000 },
    )
    .toBeGreaterThan(before);
});
