import { Metadata, type MetadataInit } from "./metadata.ts";
import { meaningOf } from "./platform-error.ts";
import { GrpcStatusCode, statusCodeName } from "./status.ts";
import type { AnyMessage } from "./wire/status-proto.ts";

/** One error detail, as a `google.protobuf.Any`: a type URL such as "type.googleapis.com/google.rpc.BadRequest". */
export type GrpcErrorDetail = AnyMessage;

/** What a {@link GrpcError} bears beside its code and message. */
export interface GrpcErrorOptions {
  /** Machine-readable details: in `grpc-status-details-bin`, in Connect in the JSON of the error. */
  readonly details?: readonly GrpcErrorDetail[] | undefined;
  /** Sent to the client with the status, as trailers. */
  readonly metadata?: MetadataInit | undefined;
  /** What led to this error. Stays on the server. */
  readonly cause?: unknown;
}

/**
 * An error with a gRPC status. Thrown by a handler or an interceptor, it reaches the client as it is: code, message,
 * details and metadata.
 */
export class GrpcError extends Error {
  override name: string = "GrpcError";
  readonly code: GrpcStatusCode;
  readonly details: readonly GrpcErrorDetail[];
  readonly metadata: Metadata;

  /** @throws TypeError for code OK, a number that is no status code, or bad metadata */
  constructor(code: GrpcStatusCode, message: string, options: GrpcErrorOptions = {}) {
    super(message, options);
    if (!Number.isInteger(code) || code < 1 || code > 16) {
      throw new TypeError(`${code} is not a status code of an error`);
    }
    this.code = code;
    this.details = options.details ?? [];
    this.metadata = new Metadata(options.metadata);
  }

  /** The name of the code, such as "NOT_FOUND". */
  get codeName(): string {
    return statusCodeName(this.code);
  }

  override toString(): string {
    return `GrpcError ${this.codeName}: ${this.message}`;
  }

  /**
   * Any thrown value as a GrpcError. A GrpcError stays what it is; platform errors map by their name or code
   * (`TimeoutError` to DEADLINE_EXCEEDED, `ENOENT` to NOT_FOUND...); everything else becomes INTERNAL with the
   * message "internal error", so that no text of the server's leaks. The original is the `cause`.
   */
  static from(thrown: unknown): GrpcError {
    if (thrown instanceof GrpcError) return thrown;
    const { code, message } = meaningOf(thrown) ?? {
      code: GrpcStatusCode.INTERNAL,
      message: "internal error",
    };
    return new GrpcError(code, message, { cause: thrown });
  }
}
