import { create, createFileRegistry, fromBinary, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, file_google_protobuf_empty } from "@bufbuild/protobuf/wkt";
import { describe, expect, test } from "vitest";
import type { CallContext } from "../src/context.ts";
import { GrpcRequest } from "../src/request.ts";
import { GrpcStatusCode } from "../src/status.ts";
import { GrpcService, type ServiceImplementation } from "../src/typed-service.ts";
import { createFetchHandler } from "../src/web/fetch-handler.ts";
import { forbidUnhandledRejections } from "./support/hygiene.ts";
import {
  type GetUserRequest,
  GetUserRequestSchema,
  type User,
  type UserResponse,
  UserResponseSchema,
  UserSchema,
  UserService,
} from "./support/user-service.ts";
import { callWeb } from "./support/web.ts";

forbidUnhandledRejections();

type Implementation = ServiceImplementation<typeof UserService>;

function getUser(id: string): GrpcRequest {
  const payload = toBinary(GetUserRequestSchema, create(GetUserRequestSchema, { userId: id }));
  return new GrpcRequest({ serviceName: "example.UserService", methodName: "GetUser", payload });
}

async function answer(implementation: Implementation, id = "123"): Promise<UserResponse> {
  const service = new GrpcService().registerService(UserService, implementation);
  return fromBinary(UserResponseSchema, (await service.handleRequest(getUser(id))).payload);
}

test.each([
  [undefined, 1],
  [{}, 1],
  [{ readUnknownFields: undefined }, 1],
  [{ readUnknownFields: true }, 1],
  [{ readUnknownFields: false }, 0],
])("registered with %j, unknown fields of a request: %d", async (options, expected) => {
  let request: GetUserRequest | undefined;
  const getUser = (given: GetUserRequest) => {
    request = given;
    return {};
  };
  const service = new GrpcService().registerService(UserService, { getUser }, options);
  // Field 1 is the user's id, field 15 is nothing.
  const payload = Uint8Array.of(0x0a, 1, 0x37, 0x78, 0);
  await service.handleRequest(
    new GrpcRequest({ serviceName: UserService.typeName, methodName: "GetUser", payload }),
  );
  expect(request).toMatchObject({ userId: "7" });
  expect(request?.$unknown ?? []).toHaveLength(expected);
});

describe("an answer may be", () => {
  test("what create() accepts", async () => {
    const response = await answer({
      getUser: ({ userId }) => ({ user: { id: userId, tags: ["a"] }, success: true }),
    });
    expect(response).toMatchObject({ success: true, user: { id: "123", tags: ["a"] } });
  });

  test("a promise of it", async () => {
    expect(await answer({ getUser: async () => ({ errorMessage: "none" }) })).toMatchObject({
      errorMessage: "none",
    });
  });

  test("a finished message", async () => {
    const user = create(UserSchema, { id: "123" });
    const response = await answer({ getUser: () => create(UserResponseSchema, { user }) });
    expect(response.user?.id).toBe("123");
  });

  test("an empty message", async () => {
    expect(await answer({ getUser: () => ({}) })).toEqual(create(UserResponseSchema));
  });

  test.each([undefined, null, 5, "text"])("not %j", async (value) => {
    const implementation = { getUser: () => value as unknown as UserResponse };
    await expect(answer(implementation)).rejects.toThrow(
      new TypeError(`example.UserService/GetUser must give example.UserResponse, not ${value}`),
    );
  });
});

describe("an implementation", () => {
  class Users {
    readonly prefix: string;
    #calls = 0;
    constructor(prefix: string) {
      this.prefix = prefix;
    }
    getUser(request: GetUserRequest, context: CallContext): { errorMessage: string } {
      return { errorMessage: `${this.prefix}${request.userId} ${++this.#calls} ${context.methodName}` };
    }
  }
  class MoreUsers extends Users {
    createUser(user: User): { user: User } {
      return { user };
    }
  }

  test("may be an instance of a class: `this` is the instance", async () => {
    expect((await answer(new Users("#"))).errorMessage).toBe("#123 1 GetUser");
  });

  test("may inherit its methods", async () => {
    expect((await answer(new MoreUsers("+"))).errorMessage).toBe("+123 1 GetUser");
  });

  test("may lack methods, which are unimplemented then", async () => {
    const service = new GrpcService().registerService(UserService, new MoreUsers(""));
    expect(service.findMethod("example.UserService", "CreateUser")?.kind).toBe("unary");
    expect(service.findMethod("example.UserService", "ListUsers")).toBeNull();
    const unimplemented = {
      code: GrpcStatusCode.UNIMPLEMENTED,
      message: 'Service "example.UserService" has no method "ListUsers"',
    };
    const answered = callWeb(createFetchHandler(service), { path: "/example.UserService/ListUsers" });
    expect(await answered).toMatchObject(unimplemented);
    const names = { serviceName: "example.UserService", methodName: "ListUsers" };
    const local = service.handleRequest(new GrpcRequest({ ...names, payload: new Uint8Array(0) }));
    await expect(local).rejects.toMatchObject(unimplemented);
  });

  test("may lack all of them", () => {
    const service = new GrpcService().registerService(UserService, {});
    expect(service.findMethod("example.UserService", "GetUser")).toBeNull();
    expect(service.findMethod("example.UserService", "NoSuchMethod")).toBeNull();
  });

  test("is what getHandler returns", () => {
    const users = new Users("");
    const service = new GrpcService().registerService(UserService, users);
    expect(service.getHandler("example.UserService")).toBe(users);
    expect(service.listServices()).toEqual(["example.UserService"]);
  });

  test.each([5, null, "text", {}, true])("cannot have a method that is %j", (member) => {
    const service = new GrpcService();
    expect(() =>
      service.registerService(UserService, { getUser: member } as unknown as Implementation),
    ).toThrow(new TypeError("example.UserService: getUser must be a method of an object"));
    expect(service.listServices()).toEqual([]);
  });

  test("cannot have a method under its name on the wire", () => {
    class Wire {
      GetUser() {
        return {};
      }
      createUser() {
        return {};
      }
    }
    for (const wrong of [new Wire(), { GetUser: () => ({}) }]) {
      expect(() => new GrpcService().registerService(UserService, wrong as Implementation)).toThrow(
        new TypeError("example.UserService: getUser must be a method of an object"),
      );
    }
  });

  test("cannot be a class in place of its instance, but may be a class that has the methods itself", () => {
    const wrong = Users as unknown as Implementation;
    expect(() => new GrpcService().registerService(UserService, wrong)).toThrow(
      new TypeError("example.UserService: getUser must be a method of an object"),
    );
    const bundle = Object.assign(class {}, { getUser: () => ({}) });
    const service = new GrpcService().registerService(UserService, bundle);
    expect(service.findMethod("example.UserService", "GetUser")).not.toBeNull();
  });

  test("may lack a method that is named like a property of every object", () => {
    const file = create(FileDescriptorProtoSchema, {
      name: "odd.proto",
      package: "odd",
      syntax: "proto3",
      dependency: ["google/protobuf/empty.proto"],
      service: [
        {
          name: "Odd",
          method: [
            { name: "toString", inputType: ".google.protobuf.Empty", outputType: ".google.protobuf.Empty" },
          ],
        },
      ],
    });
    const descriptor = createFileRegistry(file, () => file_google_protobuf_empty.proto).getService("odd.Odd");
    if (descriptor === undefined) throw new Error("odd.Odd is not in the registry");
    const service = new GrpcService().registerService(descriptor, {});
    expect(service.findMethod("odd.Odd", "toString")).toBeNull();
  });

  test("may leave a method undefined", () => {
    const implementation: object = { getUser: undefined };
    const service = new GrpcService().registerService(UserService, implementation);
    expect(service.findMethod("example.UserService", "GetUser")).toBeNull();
  });

  test("is registered once", () => {
    const service = new GrpcService().registerService(UserService, {});
    expect(() => service.registerService(UserService, {})).toThrow("already registered");
    expect(() => service.registerHandler("example.UserService", { async *handleStream() {} })).toThrow(
      "already registered",
    );
  });

  test("stands beside raw handlers, and can be replaced by one", async () => {
    const service = new GrpcService()
      .registerService(UserService, { getUser: () => ({ errorMessage: "typed" }) })
      .registerHandler("raw.Service", { async *handleStream() {} });
    expect(service.listServices()).toEqual(["example.UserService", "raw.Service"]);
    service.unregisterHandler("example.UserService");
    service.registerHandler("example.UserService", {
      async *handleStream() {
        yield toBinary(UserResponseSchema, create(UserResponseSchema, { errorMessage: "raw" }));
      },
    });
    const { payload } = await service.handleRequest(getUser("123"));
    expect(fromBinary(UserResponseSchema, payload).errorMessage).toBe("raw");
  });
});

test("the kinds are those of the descriptor", () => {
  const stream = async function* (): AsyncGenerator<object> {};
  const service = new GrpcService().registerService(UserService, {
    getUser: () => ({}),
    createUser: () => ({}),
    listUsers: stream,
    createUsers: async () => ({}),
    chat: stream,
  });
  const kinds = UserService.methods.map(({ name }) => service.findMethod("example.UserService", name)?.kind);
  expect(kinds).toEqual(["unary", "unary", "server_streaming", "client_streaming", "bidi_streaming"]);
});
