import { type NodeServer, type ServeOptions, serve } from "@railhead/adapter-node";
import { GrpcService, type ServiceImplementation } from "@railhead/core";
import { createUserService, MemoryUserRepository, UserService } from "@railhead/example-user-service";
import { onTestFinished } from "vitest";

/** Serves on a port of its own. Closed when the test is over. */
export async function startServer(service: GrpcService, options: ServeOptions = {}): Promise<NodeServer> {
  const server = await serve(service, { host: "127.0.0.1", port: 0, ...options });
  onTestFinished(() => server.close());
  return server;
}

/** The example's user service with users in memory, or with some of its methods replaced. */
export function userService(replaced: ServiceImplementation<typeof UserService> = {}): GrpcService {
  const users = createUserService(new MemoryUserRepository());
  return new GrpcService().registerService(UserService, { ...users, ...replaced });
}
