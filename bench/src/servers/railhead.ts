import { type NodeServer, type ServeOptions, serve } from "@railhead/adapter-node";
import { GrpcResponse, GrpcService } from "@railhead/core";
import { UserService } from "@railhead/example-user-service/gen/user_service_pb";
import { PayloadService } from "../gen/bench_pb.ts";
import { payloads, users } from "../handlers.ts";
import { CERTIFICATE } from "./certificate.ts";
import { HOST } from "./listen.ts";

export function startRailhead(options: ServeOptions = {}): Promise<NodeServer> {
  const service = new GrpcService()
    .registerService(UserService, users)
    .registerService(PayloadService, payloads)
    .registerHandler("bench.Raw", { handleRequest: ({ payload }) => new GrpcResponse({ payload }) });
  return serve(service, { port: 0, host: HOST, ...options });
}

export function startRailheadTls(): Promise<NodeServer> {
  return startRailhead({ tls: CERTIFICATE });
}
