/** Holds the adapter's types against AWS's SDK and the types of Lambda's events. */
import { InvokeWithResponseStreamCommand, Lambda, LambdaClient } from "@aws-sdk/client-lambda";
import {
  createLambdaFetch,
  createLambdaHandler,
  type InvokeInput,
  type LambdaAnswer,
  lambdaPlatform,
} from "@railhead/adapter-lambda";
import { type CallContext, GrpcService } from "@railhead/core";
import type {
  ALBHandler,
  APIGatewayProxyEvent,
  APIGatewayProxyHandler,
  APIGatewayProxyHandlerV2,
  Context,
  LambdaFunctionURLEvent,
  LambdaFunctionURLHandler,
} from "aws-lambda";

declare const context: CallContext;
const service = new GrpcService();

// A buffered handler is one of every front end.
const buffered = createLambdaHandler(service, { mode: "buffered" });
buffered satisfies LambdaFunctionURLHandler;
buffered satisfies APIGatewayProxyHandlerV2;
buffered satisfies APIGatewayProxyHandler;
buffered satisfies ALBHandler;

// The mode decides what a handler looks like.
const streaming = createLambdaHandler(service);
streaming satisfies (event: unknown, stream: never, context: Context) => Promise<void>;
// @ts-expect-error a streaming handler answers through its stream
streaming satisfies (event: unknown, context: Context) => Promise<LambdaAnswer>;
// @ts-expect-error there are two modes
createLambdaHandler(service, { mode: "streaming" });

// A service may be made by a function.
createLambdaHandler(() => service);
createLambdaHandler(async () => service, { flushMarginMs: 100 });
// @ts-expect-error the function has to give a service
createLambdaHandler(async () => "service");

// The platform is typed as its user says.
lambdaPlatform(context).context.awsRequestId satisfies string;
// @ts-expect-error an event is anything until somebody says what
lambdaPlatform(context).event.rawPath satisfies string;
lambdaPlatform<LambdaFunctionURLEvent>(context).event.rawPath satisfies string;
lambdaPlatform<APIGatewayProxyEvent, Context>(context).context.clientContext satisfies object | undefined;

// Both clients of AWS's SDK do for a fetch.
createLambdaFetch(new Lambda({}), { functionName: "users" }) satisfies typeof fetch;
const client = new LambdaClient({});
const invoker = {
  invokeWithResponseStream: (input: InvokeInput, options: { readonly abortSignal: AbortSignal }) =>
    client.send(new InvokeWithResponseStreamCommand(input), options),
};
createLambdaFetch(invoker, { functionName: "users", qualifier: "live" });
// @ts-expect-error the smaller client has no such method
createLambdaFetch(client, { functionName: "users" });
