import { GrpcError, GrpcStatusCode, type ServiceImplementation } from "@railhead/core";
import type { User, UserService } from "./gen/user_service_pb.ts";
import type { StoredUser, UserRepository } from "./repository.ts";

/** The service of `proto/user_service.proto`: the same object on every platform, over whatever repository. */
export function createUserService(users: UserRepository): ServiceImplementation<typeof UserService> {
  return {
    async getUser({ userId }) {
      if (userId === "") throw invalid("user_id must not be empty");
      const user = await users.find(userId);
      if (user === undefined) throw new GrpcError(GrpcStatusCode.NOT_FOUND, `User ${userId} not found`);
      return { user: toMessage(user), success: true };
    },

    async createUser(request) {
      return { user: toMessage(await addUser(users, request)), success: true };
    },

    async *listUsers({ tag, limit }) {
      if (limit < 0) throw invalid("limit must not be negative");
      for await (const user of users.list({ tag, limit })) yield toMessage(user);
    },

    async createUsers(requests) {
      const ids: string[] = [];
      for await (const request of requests) ids.push((await addUser(users, request)).id);
      return { created: ids.length, ids };
    },

    async *chat(messages) {
      for await (const { text } of messages) yield { sender: "server", text };
    },
  };
}

/** Keeps a new user, under the id it brings or under a new one. */
async function addUser(users: UserRepository, { id, name, email, tags }: User): Promise<StoredUser> {
  if (name === "") throw invalid("name must not be empty");
  const user = { id: id === "" ? crypto.randomUUID() : id, name, email, tags };
  if (await users.add(user)) return user;
  throw new GrpcError(GrpcStatusCode.ALREADY_EXISTS, `User ${user.id} already exists`);
}

function toMessage({ id, name, email, tags }: StoredUser): {
  id: string;
  name: string;
  email: string;
  tags: string[];
} {
  return { id, name, email, tags: [...tags] };
}

function invalid(message: string): GrpcError {
  return new GrpcError(GrpcStatusCode.INVALID_ARGUMENT, message);
}
