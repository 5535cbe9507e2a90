import { createLambdaHandler } from "@railhead/adapter-lambda";
import { json, service } from "./service.ts";

const { MODE, MAX_RECEIVE_MESSAGE_BYTES } = process.env;

export const handler: ReturnType<typeof createLambdaHandler> = createLambdaHandler(service, {
  json,
  mode: MODE === "buffered" ? "buffered" : "stream",
  maxReceiveMessageBytes: Number(MAX_RECEIVE_MESSAGE_BYTES),
});
