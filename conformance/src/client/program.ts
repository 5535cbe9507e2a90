import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { readDelimited, writeDelimited } from "../delimited.ts";
import {
  type ClientCompatRequest,
  ClientCompatRequestSchema,
  type ClientCompatResponse,
  ClientCompatResponseSchema,
} from "../gen/connectrpc/conformance/v1/client_compat_pb.ts";

/** Makes one call for the suite and says how it went. */
export type Caller = (request: ClientCompatRequest) => Promise<ClientCompatResponse>;

/** The runner hands out all calls at once; the deadlines of its tests leave little time to wait in a queue. */
const CALLS_AT_ONCE = 4;

/**
 * A program as the runner starts it: reads the calls to make from stdin, makes some of them side by side, and writes how
 * each went to stdout, until stdin ends.
 */
export async function runClientProgram(call: Caller): Promise<void> {
  const messages = readDelimited(process.stdin);
  const work = async (): Promise<void> => {
    for await (const message of messages) {
      const response = await guarded(call, fromBinary(ClientCompatRequestSchema, message));
      await writeDelimited(process.stdout, toBinary(ClientCompatResponseSchema, response));
    }
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, work));
}

/** What fails beside the call itself is told to the runner. */
async function guarded(call: Caller, request: ClientCompatRequest): Promise<ClientCompatResponse> {
  try {
    return await call(request);
  } catch (error) {
    const message = error instanceof Error ? `${error.stack}` : String(error);
    return create(ClientCompatResponseSchema, {
      testName: request.testName,
      result: { case: "error", value: { message } },
    });
  }
}
