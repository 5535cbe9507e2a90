import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { GetUserRequestSchema, UserResponseSchema } from "@railhead/example-user-service/gen/user_service_pb";

/** The floor of a typed Worker: the generated code, a message read and a message written. */
export default {
  async fetch(request: Request): Promise<Response> {
    const { userId } = fromBinary(GetUserRequestSchema, new Uint8Array(await request.arrayBuffer()));
    const response = create(UserResponseSchema, { user: { id: userId }, success: true });
    return new Response(new Uint8Array(toBinary(UserResponseSchema, response)));
  },
};
