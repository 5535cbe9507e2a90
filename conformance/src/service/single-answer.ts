import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Any } from "@bufbuild/protobuf/wkt";
import type { CallContext } from "@railhead/core";
import type {
  ConformancePayloadSchema,
  UnaryResponseDefinition,
} from "../gen/connectrpc/conformance/v1/service_pb.ts";
import { delay } from "./delay.ts";
import { onlyError } from "./failure.ts";
import { addHeaders } from "./metadata.ts";
import { requestInfo } from "./request-info.ts";

type Payload = MessageInitShape<typeof ConformancePayloadSchema>;

/** The one answer of a unary or client streaming call, as its request defines it; without a definition an echo. */
export async function singleAnswer(
  definition: UnaryResponseDefinition | undefined,
  context: CallContext,
  requests: Any[],
): Promise<{ payload: Payload }> {
  // As the call came: before any delay eats into its deadline.
  const seen = requestInfo(context, requests);
  if (definition === undefined) return { payload: { requestInfo: seen } };
  addHeaders(context.responseMetadata, definition.responseHeaders);
  addHeaders(context.responseTrailers, definition.responseTrailers);
  await delay(definition.responseDelayMs, context.signal);
  const { response } = definition;
  if (response.case === "error") throw onlyError(response.value, context, requests);
  return {
    payload: { requestInfo: seen, ...(response.case === "responseData" && { data: response.value }) },
  };
}
