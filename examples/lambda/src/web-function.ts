import { serve } from "@railhead/adapter-node";
import { GrpcService } from "@railhead/core";
import { createUserService, MemoryUserRepository, UserService } from "@railhead/example-user-service";

/**
 * The same service as a server of HTTP/1.1, for what runs one inside Lambda. A Web Function says where, "host:port"; the
 * Lambda Web Adapter, as a layer or in a container, calls on loopback, on the port that both were given. Both tell the
 * process to stop by SIGTERM.
 */
const { AWS_LAMBDA_HTTP_ENDPOINT, PORT = "8080", AWS_LWA_PORT = PORT } = process.env;
const endpoint = AWS_LAMBDA_HTTP_ENDPOINT ?? `127.0.0.1:${AWS_LWA_PORT}`;
const colon = endpoint.lastIndexOf(":");

const service = new GrpcService().registerService(UserService, createUserService(new MemoryUserRepository()));
const server = await serve(service, {
  host: endpoint.slice(0, colon),
  port: Number(endpoint.slice(colon + 1)),
  // Lambda cuts off what takes longer than the function's time-out, which is 30 seconds unless it is set.
  maxTimeoutMs: 29_000,
});
console.log(`listening on ${server.url}`);
// Lambda leaves a process a second, and half of one behind the adapter.
process.on("SIGTERM", () => void server.drain({ graceMs: 400 }));
