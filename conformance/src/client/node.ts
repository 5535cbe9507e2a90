import { nodeCompression } from "@railhead/adapter-node";
import type { FetchFunction } from "@railhead/core/client";
import { Agent, type Dispatcher, H2CClient } from "undici";
import type { ClientCompatRequest } from "../gen/connectrpc/conformance/v1/client_compat_pb.ts";
import { HTTPVersion } from "../gen/connectrpc/conformance/v1/config_pb.ts";
import { callFor } from "./caller.ts";
import { runClientProgram } from "./program.ts";

const codecs = nodeCompression();
const dispatchers = new Map<string, Dispatcher>();
await runClientProgram((request) => callFor(request, { fetch: fetchFor(request), codecs }));

/** Node's own `fetch`, with the HTTP version and the certificates of the test. */
function fetchFor(request: ClientCompatRequest): FetchFunction {
  if (request.httpVersion === HTTPVersion.HTTP_VERSION_1 && request.serverTlsCert.length === 0) return fetch;
  const dispatcher = dispatcherFor(request);
  // Node's types of `fetch` do not know the option that its implementation, undici, brings.
  const fetchBy: (call: Request, init: object) => Promise<Response> = fetch;
  return (call) => fetchBy(call, { dispatcher });
}

/** One set of connections for each server and each set of certificates. */
function dispatcherFor(request: ClientCompatRequest): Dispatcher {
  const { host, port, httpVersion, clientTlsCreds } = request;
  const name = `${host}:${port} ${httpVersion} ${clientTlsCreds?.cert}`;
  const known = dispatchers.get(name);
  if (known !== undefined) return known;
  const dispatcher = openDispatcher(request);
  dispatchers.set(name, dispatcher);
  return dispatcher;
}

function openDispatcher({ host, port, httpVersion, ...tls }: ClientCompatRequest): Dispatcher {
  if (tls.serverTlsCert.length === 0) return new H2CClient(`http://${host}:${port}`);
  const ca = Buffer.from(tls.serverTlsCert);
  const creds = tls.clientTlsCreds && {
    cert: Buffer.from(tls.clientTlsCreds.cert),
    key: Buffer.from(tls.clientTlsCreds.key),
  };
  return new Agent({ allowH2: httpVersion === HTTPVersion.HTTP_VERSION_2, connect: { ca, ...creds } });
}
