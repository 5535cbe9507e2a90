import { createConnectRouter } from "@connectrpc/connect";
import {
  universalServerRequestFromFetch,
  universalServerResponseToFetch,
} from "@connectrpc/connect/protocol";
import type { LambdaResponseStream } from "@railhead/adapter-lambda";
import { UserService } from "@railhead/example-user-service/gen/user_service_pb";
import { users } from "../handlers.ts";
import type { FunctionUrlEvent } from "./event.ts";

/** connect-es has no adapter for Lambda: its universal handlers between a web request and a web response. */
const router = createConnectRouter().service(UserService, users);
const handlers = new Map(router.handlers.map((handler) => [handler.requestPath, handler]));

async function answer(event: FunctionUrlEvent, stream: LambdaResponseStream): Promise<void> {
  const handler = handlers.get(event.rawPath);
  if (handler === undefined) throw new Error(`no such method: ${event.rawPath}`);
  const request = new Request(`https://localhost${event.rawPath}`, {
    method: event.requestContext.http.method,
    headers: event.headers,
    body: Buffer.from(event.body, "base64"),
  });
  const response = universalServerResponseToFetch(
    await handler(universalServerRequestFromFetch(request, {})),
  );
  const head = { statusCode: response.status, headers: Object.fromEntries(response.headers) };
  stream.setContentType("application/vnd.awslambda.http-integration-response");
  stream.write(Buffer.from(`${JSON.stringify(head)}${"\0".repeat(8)}`));
  for await (const chunk of response.body ?? []) stream.write(chunk);
  stream.end();
}

export const handler = Object.assign(answer, {
  [Symbol.for("aws.lambda.runtime.handler.streaming")]: "response",
});
