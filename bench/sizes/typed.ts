import { createWorker } from "@railhead/adapter-workers";
import { GrpcService } from "@railhead/core";
import { UserService } from "@railhead/example-user-service/gen/user_service_pb";

/** The smallest Worker with a typed service. */
const service = new GrpcService().registerService(UserService, {
  getUser: ({ userId }) => ({ user: { id: userId }, success: true }),
});

export default createWorker(service);
