import { fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type ClientCompatRequest,
  ClientCompatRequestSchema,
  type ClientCompatResponse,
  ClientCompatResponseSchema,
} from "../gen/connectrpc/conformance/v1/client_compat_pb.ts";
import { startWorkerd } from "../server/workerd.ts";
import { runClientProgram } from "./program.ts";

const { port, close } = await startWorkerd({ entry: new URL("./worker.ts", import.meta.url) });
try {
  await runClientProgram(callInWorker);
} finally {
  await close();
}

/** Has the Worker make the call. */
async function callInWorker(request: ClientCompatRequest): Promise<ClientCompatResponse> {
  const body = new Uint8Array(toBinary(ClientCompatRequestSchema, request));
  const response = await fetch(`http://127.0.0.1:${port}`, { method: "POST", body });
  if (!response.ok) throw new Error(`the Worker answered ${response.status}: ${await response.text()}`);
  return fromBinary(ClientCompatResponseSchema, new Uint8Array(await response.arrayBuffer()));
}
