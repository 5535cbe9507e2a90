import { type Frames, frame, frameCompressed, readFrames } from "./frame.ts";

/** An HTTP response as it came. */
export interface Reply {
  readonly httpStatus: number;
  /** The field grpc-status of the trailers, or of the head where there are none. */
  readonly grpcStatus: string | undefined;
  readonly body: Buffer;
}

/** How messages become an HTTP request, and an HTTP response messages. */
export interface Protocol {
  readonly contentType: string;
  requestBody(messages: readonly Uint8Array[]): Buffer;
  /** @throws Error unless the call went well */
  messagesOf(reply: Reply): readonly Uint8Array[];
}

const framed = (messages: readonly Uint8Array[]): Buffer =>
  Buffer.concat(messages.map((message) => frame(message)));

export const GRPC: Protocol = {
  contentType: "application/grpc+proto",
  requestBody: framed,
  messagesOf: ({ grpcStatus, body }) => {
    mustBe("0", grpcStatus, "grpc-status");
    return readFrames(body).messages;
  },
};

/** gRPC whose messages are gzip: those sent are so already, those that come have to be. */
export const GRPC_GZIP: Protocol = {
  ...GRPC,
  requestBody: (messages) => Buffer.concat(messages.map(frameCompressed)),
  messagesOf: (reply) => {
    if (!readFrames(reply.body).areCompressed) throw new Error("a message came back uncompressed");
    return GRPC.messagesOf(reply);
  },
};

export const GRPC_WEB: Protocol = {
  contentType: "application/grpc-web+proto",
  requestBody: framed,
  messagesOf: ({ body }) => {
    const { messages, trailers }: Frames = readFrames(body);
    mustBe("0", /grpc-status: *(\d+)/i.exec(trailers)?.[1], "grpc-status");
    return messages;
  },
};

/** Connect's unary calls: the message is the body. */
export const CONNECT: Protocol = {
  contentType: "application/proto",
  requestBody: Buffer.concat,
  messagesOf: ({ httpStatus, body }) => {
    mustBe(200, httpStatus, "HTTP status");
    return [body];
  },
};

function mustBe<T>(expected: T, found: T | undefined, what: string): void {
  if (found !== expected) throw new Error(`the call ended with ${what} ${found ?? "none"}`);
}
