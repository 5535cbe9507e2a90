/** The URL of the page that this runs in, whose origin a `baseUrl` may leave out; undefined where there is none. */
export function pageUrl(): string | undefined {
  return "location" in globalThis ? globalThis.location?.href : undefined;
}
