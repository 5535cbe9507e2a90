/**
 * What `createLambdaFetch` needs of an AWS SDK: the shape of `Lambda` of `@aws-sdk/client-lambda`. Types alone tie this
 * package to the SDK, so that functions which only serve carry none of it, and a client's version is its user's choice.
 */

/** A Lambda client. `new Lambda({})` is one; see `createLambdaFetch` for the smaller `LambdaClient`. */
export interface LambdaInvoker {
  invokeWithResponseStream(
    input: InvokeInput,
    options: { readonly abortSignal: AbortSignal },
  ): Promise<InvokeOutput>;
}

/** What AWS calls InvokeWithResponseStreamRequest. */
export interface InvokeInput {
  FunctionName: string;
  Qualifier?: string;
  Payload: Uint8Array;
}

/** What AWS calls InvokeWithResponseStreamResponse. */
export interface InvokeOutput {
  readonly EventStream?: AsyncIterable<InvokeStreamEvent> | undefined;
}

/** A piece of the function's response, or its end. */
export interface InvokeStreamEvent {
  readonly PayloadChunk?: { readonly Payload?: Uint8Array | undefined } | undefined;
  readonly InvokeComplete?:
    | { readonly ErrorCode?: string | undefined; readonly ErrorDetails?: string | undefined }
    | undefined;
}
