/** Answers with its event, in the form of every front end. */
export async function handler(event) {
  const headers = { "content-type": "application/json" };
  const multiValueHeaders = { "content-type": ["application/json"] };
  return { statusCode: 200, headers, multiValueHeaders, body: JSON.stringify(event) };
}
