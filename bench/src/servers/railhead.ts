import { type NodeServer, type ServeOptions, serve } from "@railhead/adapter-node";
import { GrpcResponse, GrpcService } from "@railhead/core";
import { UserService } from "@railhead/example-user-service/gen/user_service_pb";
import { PayloadService } from "../gen/bench_pb.ts";
import { payloads, users } from "../handlers.ts";
import { CERTIFICATE } from "./certificate.ts";
import type { ServerSetup } from "./index.ts";
import { HOST } from "./listen.ts";

/** Beyond what the largest case sends. */
const MAX_MESSAGE_BYTES = 65 * 1024 * 1024;

export function startRailhead({ methods }: ServerSetup = {}): Promise<NodeServer> {
  return start(methods === undefined ? measured() : many(methods));
}

export function startRailheadTls(): Promise<NodeServer> {
  return start(measured(), { tls: CERTIFICATE });
}

function start(service: GrpcService, options: ServeOptions = {}): Promise<NodeServer> {
  return serve(service, { port: 0, host: HOST, maxReceiveMessageBytes: MAX_MESSAGE_BYTES, ...options });
}

function measured(): GrpcService {
  return new GrpcService()
    .registerService(UserService, users)
    .registerService(PayloadService, payloads)
    .registerHandler("bench.Raw", { handleRequest: ({ payload }) => new GrpcResponse({ payload }) });
}

/** So many methods: GetUser last, and before it services of up to a hundred raw ones. */
function many(methods: number): GrpcService {
  const service = new GrpcService();
  const handler = {
    handleRequest: ({ payload }: { payload: Uint8Array }) => new GrpcResponse({ payload }),
  };
  for (let left = methods - 1; left > 0; left -= 100) {
    const names = Array.from(
      { length: Math.min(left, 100) },
      (_, index) => [`Method${index}`, "unary"] as const,
    );
    service.registerHandler(`bench.Filler${left}`, handler, { methods: Object.fromEntries(names) });
  }
  return service.registerService(UserService, { getUser: users.getUser });
}
