import { expect } from "vitest";
import { createRawClient } from "../../src/client.ts";
import type { GrpcStatusCode } from "../../src/status.ts";
import { bytes, everyCut, frame, utf8 } from "./bytes.ts";
import { BASE_URL, failureOf, responseOf } from "./client.ts";

/** Servers that break the rules: what they send is written out by hand. */

export type Code = keyof typeof GrpcStatusCode;

export interface Answer {
  readonly status?: number;
  /** Null: none. */
  readonly type?: string | null;
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array;
}

/** An answer, and the error that the client makes of it. The message may go on. */
export type BrokenAnswer = [name: string, answer: Answer, code: Code, message: string];

export type Protocol = "grpc-web" | "grpc-web-text" | "connect";
export type Kind = "unary" | "serverStreaming";

/** One message, "hello". */
export const MESSAGE: Uint8Array = frame(utf8("hello"));
/** The trailers of gRPC-Web for success. */
export const OK: Uint8Array = frame(utf8("grpc-status:0\r\n"), 0x80);

/** @param cut the body in pieces */
export function answer(
  defaultType: string,
  { status = 200, type = defaultType, headers, body }: Answer,
  cut: readonly Uint8Array[] = body === undefined ? [] : [body],
): Response {
  return responseOf(
    { status, headers: { ...headers, ...(type !== null && { "content-type": type }) } },
    ...cut,
  );
}

/** A call to its end; messages may have 1000 bytes. */
export function call(protocol: Protocol, kind: Kind, fetch: () => Promise<Response>): Promise<unknown> {
  const client = createRawClient({ baseUrl: BASE_URL, protocol, fetch, maxReceiveMessageBytes: 1000 });
  if (kind === "unary") return client.unary("a.B", "C", bytes());
  return Array.fromAsync(client.serverStreaming("a.B", "C", bytes()));
}

/** @param message how the error's begins */
export async function expectFailure(failing: Promise<unknown>, code: Code, message: string): Promise<void> {
  const error = await failureOf(failing);
  expect(error.message.slice(0, message.length)).toBe(message);
  expect(error.codeName).toBe(code);
}

/** The same failure, wherever the body is cut. */
export async function expectFailureOfEveryCut(
  way: readonly [Protocol, Kind, type: string],
  [, broken, code, message]: BrokenAnswer,
): Promise<void> {
  const [protocol, kind, type] = way;
  const { body = bytes() } = broken;
  const cuts = body.length < 100 ? everyCut(body) : [[body]];
  for (const cut of cuts)
    await expectFailure(
      call(protocol, kind, async () => answer(type, broken, cut)),
      code,
      message,
    );
}
