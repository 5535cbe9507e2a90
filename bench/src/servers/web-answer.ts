import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { GetUserRequestSchema, UserResponseSchema } from "@railhead/example-user-service/gen/user_service_pb";
import { userOf } from "../content.ts";

/** What the floors without trailers answer to GetUser. No name of Node in it: Workers use it, too. */

const PREFIX_BYTES = 5;
const OK = new TextEncoder().encode("grpc-status:0\r\n");
const TRAILERS = Uint8Array.of(0x80, 0, 0, 0, OK.length, ...OK);

export function answerWeb(contentType: string, body: Uint8Array): Uint8Array<ArrayBuffer> {
  return contentType === "application/proto"
    ? getUser(body)
    : withFrames(getUser(body.subarray(PREFIX_BYTES)));
}

function getUser(request: Uint8Array): Uint8Array<ArrayBuffer> {
  const { userId } = fromBinary(GetUserRequestSchema, request);
  return toBinary(UserResponseSchema, create(UserResponseSchema, userOf(userId)));
}

/** The message in its envelope, and gRPC-Web's frame of trailers. */
function withFrames(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(PREFIX_BYTES + message.length + TRAILERS.length);
  new DataView(out.buffer).setUint32(1, message.length);
  out.set(message, PREFIX_BYTES);
  out.set(TRAILERS, PREFIX_BYTES + message.length);
  return out;
}
