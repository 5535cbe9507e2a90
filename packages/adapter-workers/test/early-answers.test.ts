import { once } from "node:events";
import net from "node:net";
import { frame } from "@railhead/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
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

type Framing = "content-length" | "chunked";

/** All that comes back to a client that sends everything, whatever it hears meanwhile. */
async function send(path: string, type: string, framing: Framing): Promise<string> {
  const socket = net.connect(workerd.port, "127.0.0.1");
  // A cut connection shows in what is missing.
  socket.on("error", () => {});
  let received = "";
  socket.on("data", (chunk: Buffer) => {
    received += chunk.toString("latin1");
  });
  const isChunked = framing === "chunked";
  const head = [
    `POST ${path} HTTP/1.1`,
    "host: localhost",
    "connection: close",
    `content-type: ${type}`,
    isChunked ? "transfer-encoding: chunked" : `content-length: ${BODY.length}`,
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  if (isChunked) socket.write(`${BODY.length.toString(16)}\r\n`);
  socket.write(BODY);
  if (isChunked) socket.write("\r\n0\r\n\r\n");
  await once(socket, "close");
  return received;
}

describe.each<Framing>(["content-length", "chunked"])("%s", (framing) => {
  test.each([
    ["a message over the limit", "/contract.Raw/Echo", "application/grpc-web", "grpc-status:8\r\n"],
    ["a stream over the limit", "/contract.Raw/Collect", "application/grpc-web", "grpc-status:8\r\n"],
    ["an unknown method", "/contract.None/Get", "application/grpc-web", "grpc-status:12\r\n"],
    ["a Connect message over the limit", "/contract.Raw/Echo", "application/proto", '"resource_exhausted"'],
    ["a Connect stream over the limit", "/contract.Raw/Collect", "application/connect+proto", "exhausted"],
    ["an unknown method of Connect", "/contract.None/Get", "application/proto", '"unimplemented"'],
    ["no type of ours", "/contract.Raw/Echo", "image/jpeg", "415 Unsupported Media Type"],
  ])("%s: the answer reaches a client that is still sending", async (_, path, type, says) => {
    for (let round = 0; round < 10; round++) {
      const answer = await send(path, type, framing);
      expect(answer).toContain(says);
      // The end of a body of chunks, or a body of announced length.
      expect(answer).toMatch(/\r\n0\r\n\r\n$|\r\ncontent-length: /i);
    }
  });
});

test("a client that keeps its request open sees the end of its response in a moment all the same", async () => {
  const socket = net.connect(workerd.port, "127.0.0.1");
  socket.write(
    "POST /contract.None/Get HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/grpc-web\r\ntransfer-encoding: chunked\r\n\r\n5\r\n12345\r\n",
  );
  let received = "";
  for await (const chunk of socket) {
    received += String(chunk);
    if (received.endsWith("\r\n0\r\n\r\n")) break;
  }
  expect(received).toContain("grpc-status:12");
});

test("a refusal waits for a short request, whose client may not take it before", async () => {
  const socket = net.connect(workerd.port, "127.0.0.1");
  let received = "";
  socket.on("data", (chunk: Buffer) => {
    received += chunk.toString("latin1");
  });
  socket.write(
    "POST /contract.None/Get HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/grpc-web\r\ncontent-length: 5\r\n\r\n\0\0",
  );
  // As long as another call takes.
  await send("/contract.None/Get", "application/grpc-web", "chunked");
  expect(received).toBe("");
  socket.write("\0\0\0");
  await once(socket, "close");
  expect(received).toContain("grpc-status:12");
});

describe("a client that stalls within a short request", () => {
  const head = (path: string, ...fields: string[]): string =>
    [`POST ${path} HTTP/1.1`, "host: localhost", "connection: close", ...fields, "", ""].join("\r\n");

  test.each([
    [
      "a refusal",
      head("/contract.None/Get", "content-type: application/grpc-web", "content-length: 50"),
      "grpc-status:12",
    ],
    [
      "a deadline",
      head(
        "/contract.Raw/Echo",
        "content-type: application/grpc-web",
        "content-length: 50",
        "grpc-timeout: 50m",
      ),
      "grpc-status:4",
    ],
    [
      "a deadline of Connect",
      head(
        "/contract.Raw/Echo",
        "content-type: application/proto",
        "content-length: 50",
        "connect-timeout-ms: 50",
      ),
      '"deadline_exceeded"',
    ],
    [
      "a malformed message",
      `${head("/contract.Raw/Chat", "content-type: application/grpc-web", "content-length: 50")}\x08\0\0\0\0`,
      "grpc-status:13",
    ],
  ])("%s comes all the same, and whole", async (_, request, says) => {
    const socket = net.connect(workerd.port, "127.0.0.1");
    let received = "";
    socket.on("data", (chunk: Buffer) => {
      received += chunk.toString("latin1");
    });
    socket.write(request, "latin1");
    await once(socket, "close");
    expect(received).toContain(says);
    expect(received).toMatch(/\r\n0\r\n\r\n$|\r\ncontent-length: /i);
  });
});
