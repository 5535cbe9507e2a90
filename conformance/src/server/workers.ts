import type { ServerCompatRequest } from "../gen/connectrpc/conformance/v1/server_compat_pb.ts";
import { type RunningServer, runServerProgram } from "./program.ts";
import { tlsOf } from "./tls.ts";
import { startWorkerd } from "./workerd.ts";

await runServerProgram(start);

async function start(request: ServerCompatRequest): Promise<RunningServer> {
  const { messageReceiveLimit } = request;
  const tls = tlsOf(request);
  const limit = messageReceiveLimit > 0 ? String(messageReceiveLimit) : "Infinity";
  const { port, close } = await startWorkerd({
    entry: new URL("./worker.ts", import.meta.url),
    define: { MAX_RECEIVE_MESSAGE_BYTES: limit },
    tls,
  });
  return { port, tls, close };
}
