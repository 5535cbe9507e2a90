import {
  type DescMessage,
  type DescMethod,
  fromBinary,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import { type MethodDefinition, Server, ServerCredentials, type ServiceDefinition } from "@grpc/grpc-js";
import { UserService } from "@railhead/example-user-service/gen/user_service_pb";
import { PayloadService } from "../gen/bench_pb.ts";
import { PATHS } from "../paths.ts";
import { CERTIFICATE } from "./certificate.ts";
import { payloads, raw, users } from "./grpc-js-handlers.ts";
import { HOST, type RunningServer } from "./listen.ts";

const userService = {
  getUser: typed(UserService.method.getUser),
  listUsers: typed(UserService.method.listUsers),
  createUsers: typed(UserService.method.createUsers),
  chat: typed(UserService.method.chat),
} satisfies ServiceDefinition;

const payloadService = {
  echo: typed(PayloadService.method.echo),
  download: typed(PayloadService.method.download),
  upload: typed(PayloadService.method.upload),
} satisfies ServiceDefinition;

const same = (bytes: Buffer): Buffer => bytes;
const rawService = {
  echo: {
    path: PATHS.rawEcho,
    requestStream: false,
    responseStream: false,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  },
} satisfies ServiceDefinition;

export function startGrpcJs(): Promise<RunningServer> {
  return start(ServerCredentials.createInsecure());
}

export function startGrpcJsTls(): Promise<RunningServer> {
  const { key, cert } = CERTIFICATE;
  const pair = { private_key: Buffer.from(key), cert_chain: Buffer.from(cert) };
  return start(ServerCredentials.createSsl(null, [pair]));
}

async function start(credentials: ServerCredentials): Promise<RunningServer> {
  const server = new Server();
  server.addService(userService, users);
  server.addService(payloadService, payloads);
  server.addService(rawService, raw);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${HOST}:0`, credentials, (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { port };
}

/** A method with protobuf-es as its codec, so that the difference to the others is not one of protobuf libraries. */
function typed<I extends DescMessage, O extends DescMessage>(
  method: DescMethod & { readonly input: I; readonly output: O },
): MethodDefinition<MessageShape<I>, MessageShape<O>> {
  const { input, output, methodKind } = method;
  return {
    path: `/${method.parent.typeName}/${method.name}`,
    requestStream: methodKind === "client_streaming" || methodKind === "bidi_streaming",
    responseStream: methodKind === "server_streaming" || methodKind === "bidi_streaming",
    requestSerialize: (message) => asBuffer(toBinary(input, message)),
    requestDeserialize: (body) => fromBinary(input, body),
    responseSerialize: (message) => asBuffer(toBinary(output, message)),
    responseDeserialize: (body) => fromBinary(output, body),
  };
}

function asBuffer(view: Uint8Array): Buffer {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength);
}
