import { create, fromBinary, fromJsonString, toBinary, toJsonString } from "@bufbuild/protobuf";
import { GetUserRequestSchema, UserResponseSchema } from "@railhead/example-user-service/gen/user_service_pb";

/** The same with JSON. */
export default {
  async fetch(request: Request): Promise<Response> {
    const isJson = request.headers.get("content-type") === "application/json";
    const { userId } = isJson
      ? fromJsonString(GetUserRequestSchema, await request.text())
      : fromBinary(GetUserRequestSchema, new Uint8Array(await request.arrayBuffer()));
    const response = create(UserResponseSchema, { user: { id: userId }, success: true });
    if (isJson) return new Response(toJsonString(UserResponseSchema, response));
    return new Response(new Uint8Array(toBinary(UserResponseSchema, response)));
  },
};
