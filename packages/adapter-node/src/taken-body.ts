import { GrpcError, GrpcStatusCode } from "@railhead/core";
import type { RpcServer } from "@railhead/core/transport";

const WHY = "the request body was read before the service got it: mount the service before any body parser";

/** The server for requests whose bodies others have taken: each call fails in its own protocol, and waits for nothing. */
export function withoutBodies(server: RpcServer): RpcServer {
  return {
    accept: (head, out, can) => {
      const refusal = new GrpcError(GrpcStatusCode.INTERNAL, WHY);
      return server.accept(Object.assign(head, { refusal }), out, can);
    },
  };
}
