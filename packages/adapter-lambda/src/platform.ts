import type { CallContext } from "@railhead/core";
import { Invocation } from "./invocation.ts";
import type { LambdaContext, LambdaPlatform } from "./lambda-context.ts";

/**
 * `context.platform`, typed: `lambdaPlatform<LambdaFunctionURLEvent>(context).event.requestContext`.
 *
 * @throws TypeError when the call did not come through this adapter
 */
export function lambdaPlatform<Event = unknown, Context extends LambdaContext = LambdaContext>(
  context: CallContext,
): LambdaPlatform<Event, Context> {
  // Which event a function gets is known where it is configured, not here.
  if (context.platform instanceof Invocation) return context.platform as Invocation<Event, Context>;
  throw new TypeError("this call did not come through @railhead/adapter-lambda");
}
