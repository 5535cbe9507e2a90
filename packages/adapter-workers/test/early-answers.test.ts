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
async function send(path: string, type: string): Promise<string> {
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
    `content-type: ${type}`,
    `content-length: ${BODY.length}`,
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  socket.write(BODY);
  await once(socket, "close");
  return received;
}

test.each([
  ["a message over the limit", "/contract.Raw/Echo", "application/grpc-web", "grpc-status:8\r\n"],
  ["a stream over the limit", "/contract.Raw/Collect", "application/grpc-web", "grpc-status:8\r\n"],
  ["an unknown method", "/contract.None/Get", "application/grpc-web", "grpc-status:12\r\n"],
  ["a body of Connect over the limit", "/contract.Raw/Echo", "application/proto", "resource_exhausted"],
  ["an unknown method of Connect", "/contract.None/Get", "application/proto", "unimplemented"],
  ["a type that no one knows", "/contract.Raw/Echo", "image/png", "is not known here"],
])("%s: the answer reaches a client that is still sending", async (_, path, type, says) => {
  for (let round = 0; round < 10; round++) expect(await send(path, type)).toContain(says);
});
