import http from "node:http";
import { ContractClient, frame, fromJson, pattern, streamOf, toJson } from "@railhead/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startContractWorker } from "./support/contract-worker.ts";
import { http1Transport } from "./support/http1-transport.ts";
import type { Workerd } from "./support/workerd.ts";

const MB = 1024 * 1024;
const MESSAGE_BYTES = 64 * 1024;
/** What V8 keeps or lets go of between two looks, whoever runs in it; a bare worker moves by nearly as much. */
const SWING_BYTES = 64 * MB;

let workerd: Workerd;
let client: ContractClient;
beforeAll(async () => {
  workerd = await startContractWorker();
  client = new ContractClient(workerd.url, http1Transport(), "grpc-web");
});
afterAll(() => workerd.close());
beforeEach(() => workerd.explainFailure());

/** Runs it twice: once so that the heap takes its size, once to see whether that is kept. */
async function expectFlatMemory(run: () => Promise<void>): Promise<void> {
  await run();
  const before = await workerd.residentBytes();
  await run();
  expect((await workerd.residentBytes()) - before).toBeLessThan(SWING_BYTES);
}

test("a response of 100 MB streams through", async () => {
  const count = (100 * MB) / MESSAGE_BYTES;
  await expectFlatMemory(async () => {
    const call = await client.open("/contract.Raw/Count", frame(toJson({ count, bytes: MESSAGE_BYTES })));
    let bytes = 0;
    for (let message = await call.next(); message !== undefined; message = await call.next()) {
      bytes += message.length;
    }
    expect(bytes).toBe(100 * MB);
  });
});

test("a request of 50 MB streams through", async () => {
  const count = (50 * MB) / MESSAGE_BYTES;
  const messages = Array.from({ length: count }, () => frame(pattern(MESSAGE_BYTES)));
  await expectFlatMemory(async () => {
    const answer = await (await client.open("/contract.Raw/Collect", streamOf(messages))).finish();
    expect(answer.code).toBe(0);
    expect(fromJson(answer.messages[0] ?? new Uint8Array(0))).toEqual({ count, bytes: 50 * MB });
  });
});

test("10,000 unary calls, twice, leave no memory behind", async () => {
  const connections = 8;
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  const body = frame(pattern(100));
  try {
    await expectFlatMemory(async () => {
      const inTurn = async (): Promise<void> => {
        for (let done = 0; done < 10_000 / connections; done++)
          await echo(`${workerd.url}/contract.Raw/Echo`, body, agent);
      };
      await Promise.all(Array.from({ length: connections }, inTurn));
    });
  } finally {
    agent.destroy();
  }
}, 60_000);

/** One call by the least client there is: the time is the server's. */
function echo(url: string, body: Uint8Array, agent: http.Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/grpc-web", "content-length": body.length };
    const request = http.request(url, { method: "POST", agent, headers }, (response) => {
      response.resume().on("end", () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`HTTP status ${response.statusCode}`));
      });
    });
    request.on("error", reject).end(body);
  });
}
