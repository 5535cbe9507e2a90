import type { GrpcError } from "../error.ts";
import { appendFields, type Metadata } from "../metadata.ts";
import { BodyReader } from "../wire/body-reader.ts";
import { type Frame, type FrameReader, oversized } from "../wire/frame.ts";
import { ConnectCall, UNARY_FIELDS } from "./connect.ts";
import { httpStatusOf } from "./connect-code.ts";
import { encodeConnectError } from "./connect-error.ts";
import type { FieldNames, WholeResponse } from "./protocol.ts";

/** Connect, unary: plain HTTP. The body is the message, the HTTP status tells success, trailers are headers. */
export class ConnectUnaryCall extends ConnectCall {
  override get fields(): FieldNames {
    return UNARY_FIELDS;
  }

  override openReader(maxMessageBytes: number): FrameReader {
    const announced = Number(this.headers.get("content-length"));
    if (announced > maxMessageBytes) throw oversized(announced, maxMessageBytes);
    return new BodyReader(maxMessageBytes, this.requestEncoding !== undefined);
  }

  override answer(
    { payload }: Frame,
    encoding: string | undefined,
    metadata: Metadata | undefined,
    trailers: Metadata | undefined,
  ): WholeResponse {
    const headers = this.responseHeaders(metadata, encoding);
    appendFields(headers, trailers, "trailer-");
    return { status: 200, headers, body: [payload] };
  }

  override fail(error: GrpcError, metadata?: Metadata, trailers?: Metadata): WholeResponse {
    const headers = ["content-type", "application/json"];
    appendFields(headers, metadata);
    appendFields(headers, trailers, "trailer-");
    appendFields(headers, error.metadata, "trailer-");
    return { status: httpStatusOf(error.code), headers, body: [encodeConnectError(error)] };
  }
}
