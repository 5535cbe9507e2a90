import { ALB, defineLambdaContract } from "../support/contract.ts";

// A handler that streams: what it writes for a load balancer is an answer in JSON.
defineLambdaContract("createLambdaHandler(), Application Load Balancer with multi-value headers", {
  frontEnd: "albMultiValue",
  mode: "stream",
  capabilities: ALB,
});
