import { serve } from "@railhead/adapter-node";
import { GrpcService } from "@railhead/core";
import { UserService } from "@railhead/example-user-service/gen/user_service_pb";
import { STREAMED_USER, userOf } from "../messages.ts";
import { HOST, type RunningServer } from "./listen.ts";

export function startRailhead(): Promise<RunningServer> {
  const service = new GrpcService();
  service.registerService(UserService, {
    async getUser({ userId }) {
      return userOf(userId);
    },
    async *listUsers({ limit }) {
      for (let sent = 0; sent < limit; sent++) yield STREAMED_USER;
    },
  });
  return serve(service, { port: 0, host: HOST });
}
