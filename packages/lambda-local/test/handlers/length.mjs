/** Answers with the length of its event's body. */
export async function handler({ body }) {
  return { statusCode: 200, body: String(body.length) };
}
