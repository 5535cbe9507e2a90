/** Takes the invoke mode of the Function URL: "stream" or "buffered". */
import { fileURLToPath } from "node:url";
import { startLambda } from "@railhead/lambda-local";
import type { ServerCompatRequest } from "../gen/connectrpc/conformance/v1/server_compat_pb.ts";
import { type RunningServer, runServerProgram } from "./program.ts";

const [, , mode = "stream"] = process.argv;

await runServerProgram(start);

async function start({ useTls, messageReceiveLimit }: ServerCompatRequest): Promise<RunningServer> {
  if (useTls)
    throw new Error(
      "TLS ends in front of a function: AWS's Function URL does that, and the local one is plain",
    );
  const limit = messageReceiveLimit > 0 ? String(messageReceiveLimit) : "Infinity";
  const lambda = await startLambda({
    handler: fileURLToPath(new URL("./lambda-function.ts", import.meta.url)),
    env: { MODE: mode, MAX_RECEIVE_MESSAGE_BYTES: limit },
    timeoutMs: 900_000,
    maxEnvironments: 4,
  });
  return { port: Number(new URL(lambda.url).port), tls: undefined, close: () => lambda.close() };
}
