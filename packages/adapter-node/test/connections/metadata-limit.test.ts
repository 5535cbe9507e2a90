import type { ServeOptions } from "@railhead/adapter-node";
import { ContractClient, pattern } from "@railhead/contract";
import { expect, onTestFinished, test } from "vitest";
import { expectNoFaults } from "../support/faults.ts";
import { expectHealthy, type FixtureServer, startFixture } from "../support/fixture-server.ts";
import { H2Transport } from "../support/h2-transport.ts";

expectNoFaults();

const RESOURCE_EXHAUSTED = 8;

/** With clients of both kinds that send any headers: Node's own stops at 64 KiB of them. */
async function start(
  options: ServeOptions,
): Promise<{ fixture: FixtureServer; clients: readonly ContractClient[] }> {
  const fixture = await startFixture(options);
  const h2 = new H2Transport({ maxSendHeaderBlockLength: 1024 * 1024 });
  onTestFinished(() => h2.close());
  return { fixture, clients: [new ContractClient(fixture.server.url, h2.send, "grpc"), fixture.web] };
}

test.each([
  ["16 KiB by default", {}, 17 * 1024],
  ["what the option says", { maxMetadataBytes: 1000 }, 1000],
  ["more than Node takes by itself", { maxMetadataBytes: 100_000 }, 100_000],
])("metadata over the limit is refused by status, not by connection: %s", async (_, options, bytes) => {
  const { fixture, clients } = await start(options);
  for (const client of clients) {
    const answer = await client.call("/contract.Raw/Echo", pattern(5), {
      headers: [["x-much", "a".repeat(bytes)]],
    });
    expect(answer.code).toBe(RESOURCE_EXHAUSTED);
    expect(answer.messages).toEqual([]);
  }
  await expectHealthy(fixture);
});

test("many small entries count as much as a long one", async () => {
  const { fixture, clients } = await start({ maxMetadataBytes: 4096 });
  const headers = Array.from({ length: 110 }, (_, at) => [`x-${at}`, "v"] as const);
  for (const client of clients) {
    const answer = await client.call("/contract.Raw/Echo", pattern(5), { headers });
    expect(answer.code).toBe(RESOURCE_EXHAUSTED);
  }
  await expectHealthy(fixture);
});

test("a limit that was raised lets more entries through than Node takes by itself", async () => {
  const { clients } = await start({ maxMetadataBytes: 128 * 1024 });
  const headers = Array.from({ length: 2500 }, (_, at) => [`x-${at}`, "v"] as const);
  for (const client of clients) {
    const answer = await client.call("/contract.Raw/Echo", pattern(5), { headers });
    expect(answer).toMatchObject({ code: 0, messages: [pattern(5)] });
  }
});

test("a limit that was raised lets as much through", async () => {
  const { clients } = await start({ maxMetadataBytes: 100_000 });
  for (const client of clients) {
    const answer = await client.call("/contract.Raw/Echo", pattern(5), {
      headers: [["x-much", "a".repeat(95_000)]],
    });
    expect(answer).toMatchObject({ code: 0, messages: [pattern(5)] });
  }
});
