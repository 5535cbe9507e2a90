/** Returns a text whose JSON has as many bytes as its event says, or tells how long its event is. */
export async function handler(event) {
  return typeof event === "string" ? event.length : "x".repeat(event.bytes - 2);
}
