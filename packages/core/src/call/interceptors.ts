/** Something that runs around a call: a server's interceptor or a client's. */
type Around<Context> = (context: Context, next: () => Promise<void>) => Promise<void>;

/**
 * Runs `last` inside the interceptors from `index` on. Settles no sooner than `last` does, and fails where it fails: an
 * interceptor may replace an error, but neither lose it nor let the call end under its handler.
 *
 * @param repeatable whether `next()` may be called again once it has settled; then its last outcome counts
 */
export async function intercept<Context>(
  interceptors: readonly Around<Context>[],
  context: Context,
  last: () => Promise<void> | undefined,
  repeatable = false,
  index = 0,
): Promise<void> {
  const interceptor = interceptors[index];
  if (!interceptor) return last();
  let rest: Promise<void> | undefined;
  await interceptor(context, () => {
    if (rest && !repeatable) throw notOnce();
    rest = intercept(interceptors, context, last, repeatable, index + 1);
    // It is awaited below, whether or not the interceptor does so.
    rest.catch(() => {});
    return rest;
  });
  if (!rest) throw notOnce();
  await rest;
}

function notOnce(): Error {
  return new Error("an interceptor must call next() once, or throw");
}
