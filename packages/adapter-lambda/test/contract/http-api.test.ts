import { BUFFERED, defineLambdaContract } from "../support/contract.ts";

// A handler that streams: what it writes for an HTTP API is an answer in JSON.
defineLambdaContract("createLambdaHandler(), HTTP API", {
  frontEnd: "httpApi",
  mode: "stream",
  capabilities: BUFFERED,
});
