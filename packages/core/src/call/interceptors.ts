import type { CallContext } from "../context.ts";
import type { Interceptor } from "../options.ts";

/**
 * Runs `last` inside the interceptors from `index` on. Settles no sooner than `last` does, and fails where it fails: an
 * interceptor may replace an error, but neither lose it nor let the call end under its handler.
 */
export async function intercept(
  interceptors: readonly Interceptor[],
  context: CallContext,
  last: () => Promise<void> | undefined,
  index = 0,
): Promise<void> {
  const interceptor = interceptors[index];
  if (interceptor === undefined) {
    await last();
    return;
  }
  let rest: Promise<void> | undefined;
  await interceptor(context, () => {
    if (rest !== undefined) throw new Error("an interceptor called next() twice");
    rest = intercept(interceptors, context, last, index + 1);
    // It is awaited below, whether or not the interceptor does so.
    rest.catch(() => {});
    return rest;
  });
  if (rest === undefined) {
    throw new Error("an interceptor returned without calling next(): throw a GrpcError to refuse a call");
  }
  await rest;
}
