/** Returns JSON of as many bytes as the query says. */
export async function handler({ queryStringParameters: { bytes } }) {
  const empty = JSON.stringify({ statusCode: 200, body: "" }).length;
  return { statusCode: 200, body: "x".repeat(Number(bytes) - empty) };
}
