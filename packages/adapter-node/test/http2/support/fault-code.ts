import { ConnectionFault } from "../../../src/http2/protocol.ts";

/** The error code of the fault that this throws; undefined when it throws none. */
export function faultCode(run: () => unknown): number | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof ConnectionFault) return error.code;
    throw error;
  }
}
