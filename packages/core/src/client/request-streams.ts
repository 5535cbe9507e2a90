let known: boolean | undefined;

/** Whether this runtime's `Request` takes a stream as its body. */
export function canStreamRequests(): boolean {
  known ??= probe();
  return known;
}

/** One that does not takes the stream for text, and says so in the content type. */
function probe(): boolean {
  try {
    const init: RequestInit = { method: "POST", body: new ReadableStream(), ...{ duplex: "half" } };
    return !new Request("http://localhost", init).headers.has("content-type");
  } catch {
    return false;
  }
}
