/** The part of Lambda's context object that is the same in all its runtimes for Node. */
export interface LambdaContext {
  readonly awsRequestId: string;
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  readonly memoryLimitInMB: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
  /** Milliseconds until the platform ends the invocation. */
  getRemainingTimeInMillis(): number;
}

/** What Lambda offers to a handler beside its request. */
export interface LambdaPlatform<Event = unknown, Context extends LambdaContext = LambdaContext> {
  /** The event as it came: `requestContext.authorizer` and the like. */
  readonly event: Event;
  readonly context: Context;
}
