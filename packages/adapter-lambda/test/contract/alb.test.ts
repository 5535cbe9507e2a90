import { ALB, defineLambdaContract } from "../support/contract.ts";

defineLambdaContract("createLambdaHandler(), Application Load Balancer", {
  frontEnd: "alb",
  mode: "buffered",
  capabilities: ALB,
});
