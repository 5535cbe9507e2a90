import { describe, expect, test } from "vitest";
import { concat, frame, toBase64 } from "../client/bytes.ts";
import { type ClientProtocol, dialectOf, isUnary } from "../client/dialect.ts";
import { askCore, type Request } from "../client/reference.ts";
import { toJson } from "../fixture/json.ts";
import { pattern } from "../fixture/unary.ts";
import type { Suite } from "../suite.ts";

const EMPTY = new Uint8Array(0);

/** Header fields that HTTP, a server or a front end may add of its own. */
const OF_TRANSPORT =
  /^(connection|content-length|date|keep-alive|server|trailer|transfer-encoding|x-amzn-.*)$/;

interface Call {
  readonly name: string;
  readonly path: string;
  readonly messages: readonly Uint8Array[];
  readonly codec?: "json";
  readonly headers?: readonly (readonly [string, string])[];
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

const CALLS: readonly Call[] = [
  { name: "a unary call", path: "/contract.Raw/Echo", messages: [pattern(2000)] },
  { name: "an empty message", path: "/contract.Raw/Echo", messages: [EMPTY] },
  {
    name: "metadata and trailers",
    path: "/contract.Raw/SetMetadata",
    messages: [toJson({ key: "x-one", value: "text" })],
  },
  {
    name: "a stream of messages",
    path: "/contract.Raw/Count",
    messages: [toJson({ count: 20, bytes: 1000 })],
  },
  { name: "a stream without any", path: "/contract.Raw/Count", messages: [toJson({ count: 0, bytes: 0 })] },
  {
    name: "a stream that fails",
    path: "/contract.Raw/Count",
    messages: [toJson({ count: 2, bytes: 5, failure: "detailed" })],
  },
  {
    name: "a stream that fails at once",
    path: "/contract.Raw/Count",
    messages: [toJson({ count: 0, bytes: 5, failure: "unicode" })],
  },
  { name: "a request stream", path: "/contract.Raw/Collect", messages: [pattern(3), EMPTY, pattern(500)] },
  { name: "both ways", path: "/contract.Raw/Chat", messages: [pattern(3), EMPTY, pattern(500)] },
  { name: "an error", path: "/contract.Raw/Fail", messages: [toJson({ failure: "detailed" })] },
  { name: "an error in any script", path: "/contract.Raw/Fail", messages: [toJson({ failure: "unicode" })] },
  { name: "an unforeseen error", path: "/contract.Raw/Fail", messages: [toJson({ failure: "plain" })] },
  { name: "an unknown service", path: "/contract.None/Get", messages: [EMPTY] },
  { name: "a bad timeout", path: "/contract.Raw/Echo", messages: [EMPTY], headers: [["grpc-timeout", "1"]] },
  { name: "bad metadata", path: "/contract.Raw/Echo", messages: [EMPTY], headers: [["x-bin", "*"]] },
  { name: "no protobuf", path: "/example.UserService/GetUser", messages: [new Uint8Array([0x0a, 0x7f])] },
  { name: "JSON", path: "/example.UserService/GetUser", messages: [utf8('{"userId":"123"}')], codec: "json" },
  {
    name: "JSON, streamed",
    path: "/example.UserService/ListUsers",
    // The first user is there from the start; other cases add more.
    messages: [utf8('{"limit":1}')],
    codec: "json",
  },
  { name: "bad JSON", path: "/example.UserService/GetUser", messages: [utf8("{")], codec: "json" },
];

/** What is no call of any protocol in particular. */
const REQUESTS: readonly (readonly [string, Request])[] = [
  ["an unknown type", plain("POST", "/contract.Raw/Echo", "text/plain")],
  ["JSON for a raw handler", plain("POST", "/contract.Raw/Echo", "application/json")],
  ["an unknown path", plain("POST", "/nowhere", "text/plain")],
  ["GET of what has side effects", plain("GET", "/example.UserService/CreateUser")],
  ["GET", plain("GET", "/example.UserService/GetUser?encoding=json&message=%7B%22userId%22%3A%22123%22%7D")],
  ["GET of what fails", plain("GET", "/example.UserService/GetUser?encoding=proto&message=")],
  ["GET without a message", plain("GET", "/example.UserService/GetUser?encoding=proto")],
];

function plain(method: string, path: string, type?: string): Request {
  return { method, path, headers: type === undefined ? [] : [["content-type", type]], body: EMPTY };
}

/** The bytes of a call in a protocol. */
function requestOf({ path, messages, codec, headers = [] }: Call, protocol: ClientProtocol): Request {
  const frames = concat(messages.map((message) => frame(message)));
  const isBare = protocol === "connect" && isUnary(path);
  const body = isBare ? concat(messages) : protocol === "grpc-web-text" ? utf8(toBase64(frames)) : frames;
  const type = dialectOf(protocol, path).contentType(codec ?? "proto");
  // A transport that said itself what it reads would make the requests differ.
  const fixed = [["content-type", type] as const, ["accept-encoding", "identity"] as const];
  return { method: "POST", path, headers: [...fixed, ...headers], body };
}

/** The same request bytes give the same response bytes everywhere: those that core gives on no platform at all. */
export function transcripts(suite: Suite): void {
  async function compare(request: Request, protocol: ClientProtocol): Promise<void> {
    const { method, path, headers, body } = request;
    const expected = await askCore(request);
    const response = await suite
      .client(protocol)
      .http(path, { method, headers, ...(method === "POST" && { body }) });
    const bytes = new Uint8Array(await new Response(response.body).arrayBuffer());
    const ours = [...response.headers].filter(([name]) => !OF_TRANSPORT.test(name));
    expect(response.status).toBe(expected.status);
    expect(ours).toEqual([...expected.headers]);
    expect(Buffer.compare(bytes, expected.body), new TextDecoder().decode(bytes)).toBe(0);
    expect([...(await response.trailers)]).toEqual([...expected.trailers]);
  }

  describe.each(suite.protocols)("transcripts over %s", (protocol) => {
    test.each(CALLS)("$name", (call) => compare(requestOf(call, protocol), protocol));
  });

  describe("transcripts of plain HTTP", () => {
    // Which types would do depends on what the platform carries.
    const requests = REQUESTS.filter(([, { headers }]) => suite.can.trailers || headers.length === 0);
    test.each(requests)("%s", (_, request) => compare(request, "connect"));
  });
}
