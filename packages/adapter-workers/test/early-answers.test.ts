import { once } from "node:events";
import net from "node:net";
import { frame } from "@railhead/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startContractWorker } from "./support/contract-worker.ts";
import type { Workerd } from "./support/workerd.ts";

/** Beyond the limit on messages, and more than workerd reads of its own accord behind a response. */
const BODY = frame(new Uint8Array(4 * 1024 * 1024 + 1));

let workerd: Workerd;
beforeAll(async () => {
  workerd = await startContractWorker();
});
afterAll(() => workerd.close());
beforeEach(() => workerd.explainFailure());

/** All that comes back to a client that sends everything, whatever it hears meanwhile. */
async function send(path: string): Promise<string> {
  const socket = net.connect(workerd.port, "127.0.0.1");
  // A cut connection shows in what is missing.
  socket.on("error", () => {});
  let received = "";
  socket.on("data", (chunk: Buffer) => {
    received += chunk.toString("latin1");
  });
  const head = [
    `POST ${path} HTTP/1.1`,
    "host: localhost",
    "connection: close",
    "content-type: application/grpc-web",
    `content-length: ${BODY.length}`,
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  socket.write(BODY);
  await once(socket, "close");
  return received;
}

test.each([
  ["a message over the limit", "/contract.Raw/Echo", "grpc-status:8\r\n"],
  ["a stream over the limit", "/contract.Raw/Collect", "grpc-status:8\r\n"],
  ["an unknown method", "/contract.None/Get", "grpc-status:12\r\n"],
])("%s: the answer reaches a client that is still sending", async (_, path, says) => {
  for (let round = 0; round < 10; round++) expect(await send(path)).toContain(says);
});
