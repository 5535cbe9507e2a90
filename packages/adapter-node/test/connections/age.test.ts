import { once } from "node:events";
import http from "node:http";
import http2 from "node:http2";
import { nodePlatform, serve } from "@railhead/adapter-node";
import { frame, Probe } from "@railhead/contract";
import { GrpcService } from "@railhead/core";
import { expect, onTestFinished, test } from "vitest";
import { expectNoFaults } from "../support/faults.ts";
import { expectHealthy, startFixture } from "../support/fixture-server.ts";
import {
  callHeaders,
  DATA,
  END_HEADERS,
  END_STREAM,
  GOAWAY,
  HEADERS,
  h2Frame,
  PREFACE,
  RawH2,
  uint32,
  WINDOW_UPDATE,
} from "../support/raw-h2.ts";

expectNoFaults();

const EMPTY = frame(new Uint8Array(0));

test("an old connection gets GOAWAY, and the call in flight its answer", async () => {
  const fixture = await startFixture({ maxConnectionAgeMs: 150 });
  const probe = new Probe(fixture.web);
  const session = http2.connect(fixture.server.url);
  onTestFinished(() => session.destroy());
  const stream = session.request({
    ":method": "POST",
    ":path": "/contract.Raw/Gated",
    "content-type": "application/grpc",
    [probe.headers[0]?.[0] ?? ""]: probe.headers[0]?.[1],
  });
  stream.end(EMPTY);
  const [code] = await once(session, "goaway");
  expect(code).toBe(0);
  const answered = once(stream.resume(), "trailers");
  const closed = once(session, "close");
  await probe.open();
  const [trailers] = await answered;
  expect(trailers["grpc-status"]).toBe("0");
  await closed;
  await expectHealthy(fixture);
});

test("a call that outlasts the grace of an old connection is cut", async () => {
  const fixture = await startFixture({ maxConnectionAgeMs: 100, maxConnectionAgeGraceMs: 100 });
  const probe = new Probe(fixture.web);
  const client = await new RawH2(fixture.port).connected();
  await client.send(
    PREFACE,
    h2Frame(HEADERS, END_HEADERS, 1, callHeaders("/contract.Raw/Hang", probe.headers)),
    h2Frame(DATA, END_STREAM, 1, EMPTY),
  );
  await client.untilFrame(({ type }) => type === GOAWAY);
  await probe.until("abort CANCELLED");
  await client.ended();
});

test("a peer that neither reads nor closes is cut after the grace", async () => {
  const closed = Promise.withResolvers<void>();
  const service = new GrpcService().registerHandler(
    "test.Age",
    {
      async *handleStream(_, context) {
        nodePlatform(context).socket?.once("close", () => closed.resolve());
        for (;;) yield new Uint8Array(60_000);
      },
    },
    { methods: { Endless: "server_streaming" } },
  );
  const server = await serve(service, {
    port: 0,
    host: "127.0.0.1",
    maxConnectionAgeMs: 100,
    maxConnectionAgeGraceMs: 100,
    keepalive: false,
  });
  onTestFinished(() => server.close());
  const client = await new RawH2(server.port, { reads: false }).connected();
  // So much is asked for that the server's farewell is stuck behind it.
  await client.send(PREFACE, h2Frame(WINDOW_UPDATE, 0, 0, uint32(2 ** 30)));
  for (let id = 1; id < 400; id += 2) {
    const headers = h2Frame(HEADERS, END_HEADERS, id, callHeaders("/test.Age/Endless"));
    await client.send(headers, h2Frame(DATA, END_STREAM, id, EMPTY));
  }
  await closed.promise;
});

test("an old connection of HTTP/1.1 closes with its next response", async () => {
  const fixture = await startFixture({ maxConnectionAgeMs: 50 });
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  const ask = async (): Promise<string | undefined> => {
    const request = http.request(`${fixture.server.url}/contract.Raw/Echo`, {
      agent,
      method: "POST",
      headers: { "content-type": "application/grpc-web" },
    });
    request.end(EMPTY);
    const [response] = await once(request, "response");
    response.resume();
    await once(response, "end");
    return response.headers.connection;
  };
  expect(await ask()).toBe("keep-alive");
  let connection: string | undefined;
  while (connection !== "close") connection = await ask();
});
