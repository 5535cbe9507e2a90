import { serve } from "@railhead/adapter-node";
import { GrpcService } from "@railhead/core";
import { createUserService, MemoryUserRepository, UserService } from "@railhead/example-user-service";

/**
 * The same service as a server of HTTP/1.1, for what runs one inside Lambda: the Lambda Web Adapter, as a layer or in a
 * container. It calls on the port that it was given, and tells the process to stop by SIGTERM.
 */
const service = new GrpcService().registerService(UserService, createUserService(new MemoryUserRepository()));
const server = await serve(service, { port: Number(process.env.PORT ?? 8080), host: "127.0.0.1" });
console.log(`listening on ${server.url}`);
// Lambda leaves a process half a second.
process.on("SIGTERM", () => void server.drain({ graceMs: 400 }));
