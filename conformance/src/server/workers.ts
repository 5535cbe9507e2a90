import type { ServerCompatRequest } from "../gen/connectrpc/conformance/v1/server_compat_pb.ts";
import { type RunningServer, runServerProgram } from "./program.ts";
import { startWorkerd } from "./workerd.ts";

const WORKER = new URL("./worker.ts", import.meta.url);

await runServerProgram(start);

async function start({ messageReceiveLimit }: ServerCompatRequest): Promise<RunningServer> {
  const limit = messageReceiveLimit > 0 ? String(messageReceiveLimit) : "Infinity";
  const { port, close } = await startWorkerd(WORKER, { MAX_RECEIVE_MESSAGE_BYTES: limit });
  return { response: { host: "127.0.0.1", port }, close };
}
