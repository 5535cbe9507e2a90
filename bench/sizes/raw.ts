import { createWorker } from "@railhead/adapter-workers";
import { GrpcResponse, GrpcService } from "@railhead/core/raw";

/** The smallest Worker with a raw handler. */
const service = new GrpcService().registerHandler("example.Echo", {
  handleRequest: ({ payload }) => new GrpcResponse({ payload }),
});

export default createWorker(service);
