import { createLambdaHandler } from "@railhead/adapter-lambda";
import { createFixture } from "@railhead/contract";

const { service, options } = createFixture(JSON.parse(process.env.OPTIONS ?? "{}"));

export const handler = createLambdaHandler(service, {
  ...options,
  mode: process.env.MODE === "buffered" ? "buffered" : "stream",
});
