import type { LambdaResponseStream } from "@railhead/adapter-lambda";
import { answerWeb } from "../servers/web-answer.ts";
import type { FunctionUrlEvent } from "./event.ts";

/** The floor on Lambda: the least code that answers GetUser by a response stream. */
async function answer(event: FunctionUrlEvent, stream: LambdaResponseStream): Promise<void> {
  const contentType = event.headers["content-type"] ?? "";
  const prelude = `${JSON.stringify({ statusCode: 200, headers: { "content-type": contentType } })}${"\0".repeat(8)}`;
  const body = answerWeb(contentType, Buffer.from(event.body, "base64"));
  stream.setContentType("application/vnd.awslambda.http-integration-response");
  stream.write(Buffer.concat([Buffer.from(prelude), body]));
  stream.end();
}

export const handler = Object.assign(answer, {
  [Symbol.for("aws.lambda.runtime.handler.streaming")]: "response",
});
