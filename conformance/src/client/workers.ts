import { fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type ClientCompatRequest,
  ClientCompatRequestSchema,
  type ClientCompatResponse,
  ClientCompatResponseSchema,
} from "../gen/connectrpc/conformance/v1/client_compat_pb.ts";
import { type OutboundTls, startWorkerd, type Workerd } from "../server/workerd.ts";
import { runClientProgram } from "./program.ts";

/** Running ones by the certificates they were given, which workerd takes in its configuration alone. */
const workers = new Map<string, Promise<Workerd>>();
try {
  await runClientProgram(callInWorker);
} finally {
  for (const worker of workers.values()) await (await worker).close();
}

/** Has a Worker make the call. */
async function callInWorker(request: ClientCompatRequest): Promise<ClientCompatResponse> {
  const { port } = await workerFor(outboundTls(request));
  const body = new Uint8Array(toBinary(ClientCompatRequestSchema, request));
  const response = await fetch(`http://127.0.0.1:${port}`, { method: "POST", body });
  if (!response.ok) throw new Error(`the Worker answered ${response.status}: ${await response.text()}`);
  return fromBinary(ClientCompatResponseSchema, new Uint8Array(await response.arrayBuffer()));
}

function outboundTls({ serverTlsCert, clientTlsCreds }: ClientCompatRequest): OutboundTls | undefined {
  if (serverTlsCert.length === 0) return undefined;
  const text = (pem: Uint8Array): string => new TextDecoder().decode(pem);
  const creds = clientTlsCreds && { key: text(clientTlsCreds.key), cert: text(clientTlsCreds.cert) };
  return { ca: text(serverTlsCert), creds };
}

function workerFor(outbound: OutboundTls | undefined): Promise<Workerd> {
  const name = JSON.stringify([outbound]);
  const known = workers.get(name);
  if (known !== undefined) return known;
  const worker = startWorkerd({ entry: new URL("./worker.ts", import.meta.url), outbound });
  workers.set(name, worker);
  return worker;
}
