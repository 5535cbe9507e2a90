import type { Any } from "@bufbuild/protobuf/wkt";
import {
  type CallContext,
  GrpcError,
  type GrpcErrorDetail,
  GrpcStatusCode,
  packDetail,
} from "@railhead/core";
import {
  ConformancePayload_RequestInfoSchema,
  type Error as ErrorDefinition,
} from "../gen/connectrpc/conformance/v1/service_pb.ts";
import { requestInfo } from "./request-info.ts";

/** The error that a request asks for behind messages. */
export function requestedError({ code, message = "", details }: ErrorDefinition): GrpcError {
  return failure(code, message, details);
}

/** The same where it is all there is to send: what the server saw of the call goes into its details. */
export function onlyError(definition: ErrorDefinition, context: CallContext, requests: Any[]): GrpcError {
  const { code, message = "", details } = definition;
  const seen = packDetail(ConformancePayload_RequestInfoSchema, requestInfo(context, requests));
  return failure(code, message, [...details, seen]);
}

function failure(code: number, message: string, details: readonly GrpcErrorDetail[]): GrpcError {
  const known = Object.values(GrpcStatusCode).find((value) => value === code);
  return new GrpcError(known ?? GrpcStatusCode.UNKNOWN, message, { details });
}
