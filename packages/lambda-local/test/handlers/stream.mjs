/** Answers with what `event.rawQueryString` asks for, as a stream and without the global `awslambda`. */
const STREAMING = Symbol.for("aws.lambda.runtime.handler.streaming");

export async function handler(event, stream) {
  stream.setContentType("application/vnd.awslambda.http-integration-response");
  const prelude = { statusCode: 201, headers: { "x-echo": event.rawPath }, cookies: ["a=1", "b=2"] };
  stream.write(Buffer.concat([Buffer.from(JSON.stringify(prelude)), Buffer.alloc(8), Buffer.from("one ")]));
  console.log("hello from the function");
  stream.write("two");
  stream.end();
}
handler[STREAMING] = "response";
