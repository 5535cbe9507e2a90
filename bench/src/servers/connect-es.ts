import http from "node:http";
import http2 from "node:http2";
import type { ConnectRouter } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { UserService } from "@railhead/example-user-service/gen/user_service_pb";
import { STREAMED_USER, userOf } from "../messages.ts";
import { listen, type RunningServer } from "./listen.ts";

function routes(router: ConnectRouter): void {
  router.service(UserService, {
    async getUser({ userId }) {
      return userOf(userId);
    },
    async *listUsers({ limit }) {
      for (let sent = 0; sent < limit; sent++) yield STREAMED_USER;
    },
  });
}

export function startConnectHttp2(): Promise<RunningServer> {
  return listen(http2.createServer(connectNodeAdapter({ routes })));
}

export function startConnectHttp1(): Promise<RunningServer> {
  return listen(http.createServer(connectNodeAdapter({ routes })));
}
