/** Returns its event and what can be told of its context, and prints a line. */
export async function handler(event, context) {
  console.log("said by the function");
  const remainingMs = context.getRemainingTimeInMillis();
  return { event, context, remainingMs, env: process.env, cwd: process.cwd(), pid: process.pid };
}
