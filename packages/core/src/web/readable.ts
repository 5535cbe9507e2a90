/**
 * An async iterable as a web stream, one chunk a value: pulled, so that a reader that waits makes the source wait.
 * (`ReadableStream.from` would do, but Workers and older runtimes lack it.)
 */
export function readableFrom<T>(source: AsyncIterable<T>): ReadableStream<T> {
  const iterator = source[Symbol.asyncIterator]();
  return new ReadableStream<T>(
    {
      async pull(controller) {
        const step = await iterator.next();
        if (step.done === true) controller.close();
        else controller.enqueue(step.value);
      },
      async cancel(reason) {
        await iterator.return?.(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
