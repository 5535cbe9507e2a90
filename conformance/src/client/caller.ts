import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { GrpcError, Metadata, type ReadonlyMetadata } from "@railhead/core";
import { type CallOptions, type Client, createClient } from "@railhead/core/client";
import {
  type ClientCompatRequest,
  type ClientCompatResponse,
  ClientCompatResponseSchema,
  type ClientResponseResultSchema,
} from "../gen/connectrpc/conformance/v1/client_compat_pb.ts";
import {
  BidiStreamRequestSchema,
  ClientStreamRequestSchema,
  type ConformancePayload,
  ConformancePayloadSchema,
  ConformanceService,
  type ErrorSchema,
  IdempotentUnaryRequestSchema,
  ServerStreamRequestSchema,
  UnaryRequestSchema,
  UnimplementedRequestSchema,
} from "../gen/connectrpc/conformance/v1/service_pb.ts";
import { addHeaders, toHeaders } from "../service/metadata.ts";
import { clientOptions, type Runtime } from "./options.ts";
import { Requests } from "./requests.ts";

type Result = MessageInitShape<typeof ClientResponseResultSchema>;
type ServiceClient = Client<typeof ConformanceService>;

/** Makes the call that a test asks for, and says how it went. */
export async function callFor(request: ClientCompatRequest, runtime: Runtime): Promise<ClientCompatResponse> {
  const client = createClient(ConformanceService, clientOptions(request, runtime));
  const requests = new Requests(request);
  const seen: { headers?: ReadonlyMetadata; trailers?: ReadonlyMetadata } = {};
  const options = callOptions(request, requests, seen);
  const payloads: ConformancePayload[] = [];
  let failure: Pick<Result, "error" | "numUnsentRequests"> = {};
  try {
    for await (const { payload } of responses(client, request.method, requests, options)) {
      payloads.push(payload ?? create(ConformancePayloadSchema));
      requests.received();
    }
  } catch (error) {
    failure = { error: errorInit(error), numUnsentRequests: requests.unsent };
  }
  const responseHeaders = toHeaders(seen.headers ?? new Metadata());
  const responseTrailers = toHeaders(seen.trailers ?? new Metadata());
  return create(ClientCompatResponseSchema, {
    testName: request.testName,
    result: { case: "response", value: { payloads, responseHeaders, responseTrailers, ...failure } },
  });
}

function callOptions(
  { requestHeaders, timeoutMs }: ClientCompatRequest,
  { signal }: Requests,
  seen: { headers?: ReadonlyMetadata; trailers?: ReadonlyMetadata },
): CallOptions {
  const metadata = new Metadata();
  addHeaders(metadata, requestHeaders);
  return {
    metadata,
    signal,
    timeoutMs,
    onHeaders: (headers) => (seen.headers = headers),
    onTrailers: (trailers) => (seen.trailers = trailers),
  };
}

/** Every response of a call, whatever its kind. */
async function* responses(
  client: ServiceClient,
  method: string | undefined,
  requests: Requests,
  options: CallOptions,
): AsyncGenerator<{ payload?: ConformancePayload | undefined }> {
  switch (method) {
    case "Unary":
      yield await client.unary(await requests.single(UnaryRequestSchema), options);
      return;
    case "IdempotentUnary":
      yield await client.idempotentUnary(await requests.single(IdempotentUnaryRequestSchema), options);
      return;
    case "Unimplemented":
      await client.unimplemented(await requests.single(UnimplementedRequestSchema), options);
      return;
    case "ServerStream":
      yield* client.serverStream(await requests.single(ServerStreamRequestSchema), options);
      return;
    case "ClientStream":
      yield await client.clientStream(requests.stream(ClientStreamRequestSchema), options);
      return;
    case "BidiStream":
      yield* client.bidiStream(requests.stream(BidiStreamRequestSchema), options);
      return;
    default:
      throw new Error(`there is no method ${method}`);
  }
}

function errorInit(thrown: unknown): MessageInitShape<typeof ErrorSchema> {
  if (!(thrown instanceof GrpcError)) throw thrown;
  return {
    code: thrown.code,
    message: thrown.message,
    details: thrown.details.map(({ typeUrl, value }) => ({ typeUrl, value })),
  };
}
