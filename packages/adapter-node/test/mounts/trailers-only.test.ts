import { once } from "node:events";
import http2 from "node:http2";
import { createRequestListener } from "@railhead/adapter-node";
import { createFixture, frame, toJson } from "@railhead/contract";
import { expect, onTestFinished, test } from "vitest";
import { expectNoFaults } from "../support/faults.ts";
import { listen } from "../support/listen.ts";

expectNoFaults();

const { NGHTTP2_FLAG_END_STREAM: END_STREAM } = http2.constants;

async function mount(): Promise<http2.ClientHttp2Session> {
  const { service, options } = createFixture();
  const server = http2.createServer(createRequestListener(service, options));
  const sessions = new Set<http2.ServerHttp2Session>();
  server.on("session", (session) => sessions.add(session));
  const { url, close } = await listen(server, () => {
    for (const session of sessions) session.destroy();
  });
  const session = http2.connect(url);
  onTestFinished(async () => {
    session.destroy();
    await close();
  });
  return session;
}

function call(session: http2.ClientHttp2Session, path: string, body: Uint8Array): http2.ClientHttp2Stream {
  const stream = session.request({
    ":method": "POST",
    ":path": path,
    "content-type": "application/grpc",
    te: "trailers",
  });
  stream.end(body);
  return stream;
}

// gRPC over HTTP/2, "Responses": Trailers-Only is one block of headers that ends the stream.
test.each([
  ["a failed call", "/contract.Raw/FailWithCode", { code: 9 }, "9"],
  ["an unknown method", "/example.UserService/Missing", {}, "12"],
  ["an unknown service", "/no.Service/Method", {}, "12"],
])(
  "node:http2's compatibility API: %s is answered by one block of headers",
  async (_, path, fields, code) => {
    const stream = call(await mount(), path, frame(toJson(fields)));
    let hasTrailers = false;
    stream.on("trailers", () => {
      hasTrailers = true;
    });
    const [headers, flags] = await once(stream, "response");
    expect(headers[":status"]).toBe(200);
    expect(headers["grpc-status"]).toBe(code);
    expect(flags & END_STREAM).toBe(END_STREAM);
    await once(stream.resume(), "close");
    expect(hasTrailers).toBe(false);
  },
);

test("node:http2's compatibility API: a good call has its status in trailers, one block of them", async () => {
  const stream = call(await mount(), "/contract.Raw/Echo", frame(new Uint8Array(3)));
  const blocks: http2.IncomingHttpHeaders[] = [];
  stream.on("trailers", (fields) => blocks.push(fields));
  const [headers, flags] = await once(stream, "response");
  expect(headers["grpc-status"]).toBeUndefined();
  expect(flags & END_STREAM).toBe(0);
  await once(stream.resume(), "close");
  expect(blocks).toMatchObject([{ "grpc-status": "0" }]);
});
