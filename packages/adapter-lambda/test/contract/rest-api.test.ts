import { BUFFERED, defineLambdaContract } from "../support/contract.ts";

defineLambdaContract("createLambdaHandler(), REST API", {
  frontEnd: "restApi",
  mode: "buffered",
  capabilities: BUFFERED,
});
