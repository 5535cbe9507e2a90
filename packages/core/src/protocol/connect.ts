import type { GrpcError } from "../error.ts";
import type { Metadata } from "../metadata.ts";
import { parseRankedEncodings } from "../wire/encoding-list.ts";
import { WireFault } from "../wire/fault.ts";
import { parseConnectTimeout } from "../wire/timeout.ts";
import { encodeConnectEnd } from "./connect-end.ts";
import { FramedCall } from "./framed-call.ts";
import type { Closing, FieldNames } from "./protocol.ts";

const STREAM_FIELDS: FieldNames = {
  encoding: "connect-content-encoding",
  acceptEncoding: "connect-accept-encoding",
  timeout: "connect-timeout-ms",
  parseTimeout: parseConnectTimeout,
};

/** Unary calls are compressed as HTTP does it. */
export const UNARY_FIELDS: FieldNames = {
  ...STREAM_FIELDS,
  encoding: "content-encoding",
  acceptEncoding: "accept-encoding",
};

/**
 * Connect, streaming: messages in frames, and a last frame that says in JSON how the call ended.
 * https://connectrpc.com/docs/protocol
 */
export class ConnectCall extends FramedCall {
  override get fields(): FieldNames {
    return STREAM_FIELDS;
  }

  override timeoutMs(): number | undefined {
    const version = this.version();
    if (version !== "v1") {
      throw new WireFault("malformed", `unknown version of Connect: ${JSON.stringify(version)}`);
    }
    return super.timeoutMs();
  }

  /** "Unary-Request": the client's order counts; a client that says nothing accepts what it uses itself. */
  override chooseEncoding(offered: readonly string[]): string | undefined {
    const accepted = this.headers.get(this.fields.acceptEncoding) ?? this.requestEncoding ?? "";
    return parseRankedEncodings(accepted).find((name) => offered.includes(name));
  }

  override close(error: GrpcError | undefined, trailers: Metadata | undefined): Closing {
    return { body: [encodeConnectEnd(error, trailers)] };
  }

  /** "Connect-Protocol-Version": clients should send it; curl does not. */
  protected version(): string {
    return `v${this.headers.get("connect-protocol-version") ?? "1"}`;
  }
}
