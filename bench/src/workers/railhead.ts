import { createWorker, type Worker } from "@railhead/adapter-workers";
import { GrpcService } from "@railhead/core";
import { UserService } from "@railhead/example-user-service/gen/user_service_pb";
import { users } from "../handlers.ts";

const worker: Worker<unknown> = createWorker(new GrpcService().registerService(UserService, users));
export default worker;
