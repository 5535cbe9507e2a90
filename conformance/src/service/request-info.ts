import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Any } from "@bufbuild/protobuf/wkt";
import type { CallContext } from "@railhead/core";
import type { ConformancePayload_RequestInfoSchema } from "../gen/connectrpc/conformance/v1/service_pb.ts";
import { toHeaders } from "./metadata.ts";

/**
 * Deadlines further away are the platform's own: on Lambda a call ends with its invocation at the latest. The suite asks for
 * what its client sent, which is seconds.
 */
const LONGEST_CLIENT_TIMEOUT_MS = 600_000;

/** What the server saw of a call, for the suite to compare with what its client sent. */
export function requestInfo(
  context: CallContext,
  requests: Any[],
): MessageInitShape<typeof ConformancePayload_RequestInfoSchema> {
  const timeoutMs = context.timeRemainingMs();
  return {
    requestHeaders: toHeaders(context.metadata),
    requests,
    ...(timeoutMs <= LONGEST_CLIENT_TIMEOUT_MS && { timeoutMs: BigInt(Math.floor(timeoutMs)) }),
  };
}
