/** Ends its response at once, and itself five seconds later. */
export async function handler(_event, stream) {
  stream.end(String(process.pid));
  await new Promise((resolve) => setTimeout(resolve, 5000));
}
handler[Symbol.for("aws.lambda.runtime.handler.streaming")] = "response";
