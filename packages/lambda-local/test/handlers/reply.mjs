/** Returns the JSON that is in the request's body. */
export async function handler(event) {
  return JSON.parse(Buffer.from(event.body, event.isBase64Encoded ? "base64" : "utf8").toString());
}
