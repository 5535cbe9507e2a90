import { railhead } from "@railhead/adapter-hono";
import { GrpcService, jsonFormat } from "@railhead/core";
import { createUserService, LOCAL_PAGES, UserService } from "@railhead/example-user-service";
import { Hono } from "hono";
import { D1UserRepository } from "./d1-repository.ts";
import type { Env } from "./env.ts";
import { page } from "./page.ts";

export { ChatRoom } from "./chat-room.ts";

const app = new Hono<{ Bindings: Env }>();

app.get("/", async (context) => {
  const users = new D1UserRepository(context.env.DB);
  return context.html(page(await Array.fromAsync(users.list({ tag: "", limit: 50 }))));
});

// The service of the Node example, over D1.
app.all(
  "/example.UserService/*",
  railhead(
    (env: Env) =>
      new GrpcService().registerService(UserService, createUserService(new D1UserRepository(env.DB))),
    { json: jsonFormat(), cors: { origins: [LOCAL_PAGES] } },
  ),
);

// The same method in a Durable Object: everyone who calls /rooms/lobby/example.UserService/Chat meets there.
app.all("/rooms/:room/:service/:method", (context) => {
  const { room, service, method } = context.req.param();
  const url = new URL(`/${service}/${method}`, context.req.url);
  return context.env.ROOMS.getByName(room).fetch(new Request(url, context.req.raw));
});

export default app;
