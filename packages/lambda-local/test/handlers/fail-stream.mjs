/** Streams, or does not, as the query says. */
const ways = {
  answer: (stream) => stream.end("fine"),
  "write after end": async (stream) => {
    stream.write("one");
    stream.end();
    stream.write("two");
    await new Promise((resolve) => setTimeout(resolve, 1000));
  },
  destroy: async (stream) => {
    stream.write("one");
    stream.destroy();
    await new Promise((resolve) => setTimeout(resolve, 1000));
  },
  throw: () => {
    throw new RangeError("thrown by the function");
  },
  "never answer": () => new Promise((resolve) => setTimeout(resolve, 1e6)),
};

export async function handler(event, stream) {
  const query = event.rawQueryString ?? Object.keys(event.queryStringParameters)[0];
  await ways[query.replaceAll("+", " ")](stream);
}
handler[Symbol.for("aws.lambda.runtime.handler.streaming")] = "response";
