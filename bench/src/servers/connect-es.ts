import http from "node:http";
import http2 from "node:http2";
import type { ConnectRouter } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { UserService } from "@railhead/example-user-service/gen/user_service_pb";
import { PayloadService } from "../gen/bench_pb.ts";
import { payloads, users } from "../handlers.ts";
import { CERTIFICATE } from "./certificate.ts";
import { listen, type RunningServer } from "./listen.ts";

const handler = connectNodeAdapter({
  routes: (router: ConnectRouter) => router.service(UserService, users).service(PayloadService, payloads),
});

export function startConnectHttp2(): Promise<RunningServer> {
  return listen(http2.createServer(handler));
}

export function startConnectTls(): Promise<RunningServer> {
  return listen(http2.createSecureServer(CERTIFICATE, handler));
}

export function startConnectHttp1(): Promise<RunningServer> {
  return listen(http.createServer(handler));
}
