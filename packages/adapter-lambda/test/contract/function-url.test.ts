import { defineLambdaContract } from "../support/contract.ts";

defineLambdaContract("createLambdaHandler(), Function URL", { frontEnd: "functionUrl", mode: "stream" });
