import { createLambdaHandler, type StreamingLambdaHandler } from "@railhead/adapter-lambda";
import { GrpcService } from "@railhead/core";
import { UserService } from "@railhead/example-user-service/gen/user_service_pb";
import { users } from "../handlers.ts";

export const handler: StreamingLambdaHandler = createLambdaHandler(
  new GrpcService().registerService(UserService, users),
);
