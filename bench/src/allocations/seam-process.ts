import { GrpcResponse, GrpcService } from "@railhead/core";
import { createServer, type Outbound, type RequestHead } from "@railhead/core/transport";
import { UserService } from "@railhead/example-user-service/gen/user_service_pb";
import { type Exchange, GET_USER, listUsers, RAW } from "../exchanges.ts";
import { users } from "../handlers.ts";
import { median } from "../summary.ts";
import { CONNECT, GRPC, GRPC_WEB, type Protocol } from "../wire/protocol.ts";

/**
 * Counts what a call allocates in core, from the seam to the handler and back: no socket, no transport. Tells its parent
 * the bytes for each kind of call. It is started with V8's optimizing compilers off, so that the count is what the code
 * asks for and not what a compiler has found to be superfluous, and with a heap that needs no collection meanwhile.
 */

const CALLS = 500;
const BATCHES = 9;

const service = new GrpcService()
  .registerService(UserService, users)
  .registerHandler("bench.Raw", { handleRequest: ({ payload }) => new GrpcResponse({ payload }) });
const server = createServer(service, {});
const WITH_TRAILERS = { trailers: true };

let ended = 0;
const end = (): void => {
  ended++;
};
const out: Outbound = {
  respond: end,
  start() {},
  write: () => true,
  finish: end,
  resumeReading() {},
};

process.send?.({
  "core, unary": await bytesPerCall(GRPC, GET_USER),
  "core, unary, raw": await bytesPerCall(GRPC, RAW),
  "core, unary, gRPC-Web": await bytesPerCall(GRPC_WEB, GET_USER),
  "core, unary, Connect": await bytesPerCall(CONNECT, GET_USER),
  "core, server streaming of 100": await bytesPerCall(GRPC, listUsers(100)),
});

async function bytesPerCall(protocol: Protocol, exchange: Exchange): Promise<number> {
  const head = headOf(protocol, exchange);
  const body = protocol.requestBody(exchange.requests);
  // The first ones fill caches.
  await batch(head, body);
  const figures: number[] = [];
  for (let count = 0; count < BATCHES; count++) figures.push(await batch(head, body));
  return Math.round(median(figures) / CALLS);
}

async function batch(head: RequestHead, body: Uint8Array): Promise<number> {
  ended = 0;
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  for (let call = 0; call < CALLS; call++) {
    const inbound = server.accept(head, out, WITH_TRAILERS);
    inbound.receive(body);
    inbound.end();
  }
  while (ended < CALLS) await new Promise(setImmediate);
  return process.memoryUsage().heapUsed - before;
}

function headOf({ contentType }: Protocol, { path }: Exchange): RequestHead {
  const headers = new Map([
    ["content-type", contentType],
    ["te", "trailers"],
  ]);
  return {
    method: "POST",
    path,
    query: "",
    headers: { get: (name) => headers.get(name) ?? null, forEach: (visit) => headers.forEach(visit) },
    peer: undefined,
  };
}
