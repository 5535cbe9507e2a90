import { createWorker } from "@railhead/adapter-workers";
import { GrpcService, jsonFormat } from "@railhead/core";
import { UserService } from "@railhead/example-user-service/gen/user_service_pb";

/** The same, answering JSON as well. */
const service = new GrpcService().registerService(UserService, {
  getUser: ({ userId }) => ({ user: { id: userId }, success: true }),
});

export default createWorker(service, { json: jsonFormat() });
