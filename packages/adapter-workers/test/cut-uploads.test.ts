import { once } from "node:events";
import net from "node:net";
import { frameHeader } from "@railhead/contract";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { WatchedCall } from "./support/lifecycle.ts";
import { startWorkerd, type Workerd } from "./support/workerd.ts";

const MB = 1024 * 1024;
const CLIENTS = 3_000;
const SENT = Buffer.alloc(MB);
/** Far above what V8 lets lie around before it collects, far below what the clients have sent. */
const MOST_RESIDENT_BYTES = 500 * MB;

let workerd: Workerd;
beforeEach(async () => {
  // Without enable_request_signal, workerd drops calls whose client is gone and tells no one.
  workerd = await startWorkerd({ entry: new URL("./workers/lifecycle.ts", import.meta.url) });
  onTestFinished(() => workerd.close());
  workerd.explainFailure();
});

/** Sends half of a message and cuts the connection. */
async function cutUpload(): Promise<void> {
  const socket = net.connect(workerd.port, "127.0.0.1");
  await once(socket, "connect");
  const head = ["POST /test.Unary/Wait HTTP/1.1", "host: localhost", "content-type: application/grpc-web"];
  const chunk = Buffer.concat([frameHeader(2 * MB), SENT]);
  socket.write(`${head.join("\r\n")}\r\ntransfer-encoding: chunked\r\n\r\n${chunk.length.toString(16)}\r\n`);
  await new Promise<void>((resolve) => socket.write(chunk, () => resolve()));
  // An answer shows that the server has come around to reading.
  await new WatchedCall(workerd).events();
  socket.resetAndDestroy();
}

test("clients that cut their uploads leave no memory behind", async () => {
  const inTurn = async (): Promise<void> => {
    for (let done = 0; done < CLIENTS / 4; done++) await cutUpload();
  };
  await Promise.all([inTurn(), inTurn(), inTurn(), inTurn()]);
  expect(await workerd.residentBytes()).toBeLessThan(MOST_RESIDENT_BYTES);
}, 120_000);
