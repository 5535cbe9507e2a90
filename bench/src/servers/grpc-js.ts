import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type handleServerStreamingCall,
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type ServiceDefinition,
} from "@grpc/grpc-js";
import {
  type GetUserRequest,
  GetUserRequestSchema,
  type ListUsersRequest,
  ListUsersRequestSchema,
  type User,
  type UserResponse,
  UserResponseSchema,
  UserSchema,
} from "@railhead/example-user-service/gen/user_service_pb";
import { PATHS, STREAMED_USER, userOf } from "../messages.ts";
import { HOST, type RunningServer } from "./listen.ts";

/** grpc-js with protobuf-es as its codec, so that the difference to the others is not one of protobuf libraries. */
const definition = {
  getUser: {
    path: PATHS.getUser,
    requestStream: false,
    responseStream: false,
    requestSerialize: (message: GetUserRequest) => asBuffer(toBinary(GetUserRequestSchema, message)),
    requestDeserialize: (body: Buffer) => fromBinary(GetUserRequestSchema, body),
    responseSerialize: (message: UserResponse) => asBuffer(toBinary(UserResponseSchema, message)),
    responseDeserialize: (body: Buffer) => fromBinary(UserResponseSchema, body),
  },
  listUsers: {
    path: PATHS.listUsers,
    requestStream: false,
    responseStream: true,
    requestSerialize: (message: ListUsersRequest) => asBuffer(toBinary(ListUsersRequestSchema, message)),
    requestDeserialize: (body: Buffer) => fromBinary(ListUsersRequestSchema, body),
    responseSerialize: (message: User) => asBuffer(toBinary(UserSchema, message)),
    responseDeserialize: (body: Buffer) => fromBinary(UserSchema, body),
  },
} satisfies ServiceDefinition;

const getUser: handleUnaryCall<GetUserRequest, UserResponse> = ({ request }, respond) =>
  respond(null, create(UserResponseSchema, userOf(request.userId)));

/** Writes as the documentation of grpc-js asks: until `write` returns false, then after "drain". */
const listUsers: handleServerStreamingCall<ListUsersRequest, User> = (call) => {
  let sent = 0;
  const more = (): void => {
    while (sent < call.request.limit) {
      sent++;
      if (!call.write(create(UserSchema, STREAMED_USER))) {
        call.once("drain", more);
        return;
      }
    }
    call.end();
  };
  more();
};

export async function startGrpcJs(): Promise<RunningServer> {
  const server = new Server();
  server.addService(definition, { getUser, listUsers });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${HOST}:0`, ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { port };
}

function asBuffer(view: Uint8Array): Buffer {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength);
}
