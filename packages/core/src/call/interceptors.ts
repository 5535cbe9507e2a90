import type { CallContext } from "../context.ts";
import type { Interceptor } from "../options.ts";

/** Runs `last` inside the interceptors from `index` on. */
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
  let called = false;
  await interceptor(context, () => {
    if (called) return Promise.reject(new Error("an interceptor called next() twice"));
    called = true;
    return intercept(interceptors, context, last, index + 1);
  });
  if (!called)
    throw new Error("an interceptor returned without calling next(): throw a GrpcError to refuse a call");
}
