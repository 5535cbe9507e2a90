/** What the functions read of a Function URL's event. */
export interface FunctionUrlEvent {
  readonly rawPath: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Base64. */
  readonly body: string;
  readonly requestContext: { readonly http: { readonly method: string } };
}

/** A POST of so many bytes, as a Function URL hands it over. */
export function functionUrlEvent(path: string, contentType: string, body: Buffer): object {
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: "",
    headers: {
      accept: "*/*",
      "content-type": contentType,
      "content-length": String(body.length),
      host: "abcdefghij.lambda-url.us-east-1.on.aws",
      "user-agent": "bench",
      "x-forwarded-for": "192.0.2.1",
      "x-forwarded-port": "443",
      "x-forwarded-proto": "https",
    },
    requestContext: {
      accountId: "anonymous",
      apiId: "abcdefghij",
      domainName: "abcdefghij.lambda-url.us-east-1.on.aws",
      domainPrefix: "abcdefghij",
      http: { method: "POST", path, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "bench" },
      requestId: "00000000-0000-4000-8000-000000000000",
      routeKey: "$default",
      stage: "$default",
      time: "24/Nov/2026:00:00:00 +0000",
      timeEpoch: 1_795_478_400_000,
    },
    body: body.toString("base64"),
    isBase64Encoded: true,
  };
}
