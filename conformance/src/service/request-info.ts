import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Any } from "@bufbuild/protobuf/wkt";
import type { CallContext } from "@railhead/core";
import type { ConformancePayload_RequestInfoSchema } from "../gen/connectrpc/conformance/v1/service_pb.ts";
import { toHeaders } from "./metadata.ts";

/** What the server saw of a call, for the suite to compare with what its client sent. */
export function requestInfo(
  context: CallContext,
  requests: Any[],
): MessageInitShape<typeof ConformancePayload_RequestInfoSchema> {
  return {
    requestHeaders: toHeaders(context.metadata),
    requests,
    ...(context.deadline && { timeoutMs: BigInt(Math.floor(context.timeRemainingMs())) }),
  };
}
