import { defineLambdaContract } from "../support/contract.ts";

defineLambdaContract("createLambdaHandler(), REST API that streams", {
  frontEnd: "restApiStream",
  mode: "stream",
});
