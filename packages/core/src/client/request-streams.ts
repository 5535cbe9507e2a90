import { pageUrl } from "./page.ts";

let known: boolean | undefined;

/** Whether a stream can be sent as the body of a request. */
export function canStreamRequests(baseUrl: string): boolean {
  known ??= requestTakesStreams();
  return known && !isPlainHttpOfPage(baseUrl);
}

/** A `Request` that does not takes the stream for text, and says so in the content type. */
function requestTakesStreams(): boolean {
  try {
    const init: RequestInit = { method: "POST", body: new ReadableStream(), ...{ duplex: "half" } };
    return !new Request("http://localhost", init).headers.has("content-type");
  } catch {
    return false;
  }
}

/** Browsers send streams over HTTP/2 alone, which they speak over TLS alone. */
function isPlainHttpOfPage(baseUrl: string): boolean {
  const page = pageUrl();
  return page !== undefined && new URL(baseUrl, page).protocol === "http:";
}
