/**
 * Streams what the request's body says, in JSON: `contentType`, and `writes`, each a text, a number of milliseconds to wait or
 * `{ base64 }`. `error` is thrown behind them. A prelude is a write like any other.
 */
export async function handler(event, stream) {
  const script = JSON.parse(Buffer.from(event.body, event.isBase64Encoded ? "base64" : "utf8").toString());
  if (script.contentType !== undefined) stream.setContentType(script.contentType);
  for (const write of script.writes) {
    if (typeof write === "number") await new Promise((resolve) => setTimeout(resolve, write));
    else stream.write(typeof write === "string" ? write : Buffer.from(write.base64, "base64"));
  }
  if (script.error !== undefined) throw new RangeError(script.error);
  stream.end();
}
handler[Symbol.for("aws.lambda.runtime.handler.streaming")] = "response";
