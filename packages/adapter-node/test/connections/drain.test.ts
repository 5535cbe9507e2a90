import { once } from "node:events";
import http from "node:http";
import http2 from "node:http2";
import net from "node:net";
import { performance } from "node:perf_hooks";
import { serve } from "@railhead/adapter-node";
import { ContractClient, fetchTransport, frame, Probe, pattern, toJson } from "@railhead/contract";
import { GrpcResponse, GrpcService } from "@railhead/core";
import { describe, expect, onTestFinished, test } from "vitest";
import { expectNoFaults } from "../support/faults.ts";
import { startFixture } from "../support/fixture-server.ts";
import { H2Transport } from "../support/h2-transport.ts";
import { callHeaders, END_HEADERS, GOAWAY, HEADERS, h2Frame, PREFACE, RawH2 } from "../support/raw-h2.ts";
import { RawTcp } from "../support/raw-tcp.ts";

expectNoFaults();

const EMPTY = new Uint8Array(0);
/** Long enough that a drain that waits for its end fails by time-out. */
const NEVER_MS = 60_000;

/** A service whose calls a test lets go of by hand, without a probe: a server that drains takes no new calls. */
function gatedService() {
  const started = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const background = Promise.withResolvers<void>();
  const aborted = Promise.withResolvers<unknown>();
  const service = new GrpcService().registerHandler(
    "test.Gated",
    {
      async handleRequest({ payload, methodName }, context) {
        context.signal.addEventListener("abort", () => aborted.resolve(context.signal.reason));
        started.resolve();
        await gate.promise;
        if (methodName === "Background") context.waitUntil(background.promise);
        return new GrpcResponse({ payload });
      },
      async *handleStream({ messages }, context) {
        context.signal.addEventListener("abort", () => aborted.resolve(context.signal.reason));
        started.resolve();
        for await (const message of messages) yield message;
      },
    },
    { methods: { Chat: "bidi_streaming" } },
  );
  return { service, started: started.promise, gate, background, aborted: aborted.promise };
}

async function start() {
  const gated = gatedService();
  const server = await serve(gated.service, { port: 0, host: "127.0.0.1", onError: () => {} });
  const h2 = new H2Transport();
  onTestFinished(async () => {
    h2.close();
    await server.close();
  });
  return {
    ...gated,
    server,
    grpc: new ContractClient(server.url, h2.send, "grpc"),
    web: new ContractClient(server.url, fetchTransport, "grpc-web"),
  };
}

describe("drain", () => {
  test("without connections it is done at once", async () => {
    const { server } = await start();
    await server.drain({ graceMs: NEVER_MS });
  });

  test.each(["grpc", "web"] as const)("a call in flight finishes: %s", async (protocol) => {
    const { server, started, gate, ...clients } = await start();
    const answer = clients[protocol].call("/test.Gated/Wait", pattern(9));
    await started;
    const drained = server.drain({ graceMs: NEVER_MS });
    gate.resolve();
    expect(await answer).toMatchObject({ code: 0, messages: [pattern(9)] });
    await drained;
  });

  test("a client on HTTP/1.1 that keeps its connection alive holds nothing up", async () => {
    const { server, started, gate } = await start();
    const agent = new http.Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    const request = http.request(`${server.url}/test.Gated/Wait`, {
      agent,
      method: "POST",
      headers: { "content-type": "application/grpc-web" },
    });
    request.end(frame(EMPTY));
    await started;
    const drained = server.drain({ graceMs: NEVER_MS });
    const answered = performance.now();
    gate.resolve();
    const [response] = await once(request, "response");
    response.resume();
    await drained;
    // Node's own patience with an idle connection is five seconds.
    expect(performance.now() - answered).toBeLessThan(4_000);
  });

  test("clients hear of it by GOAWAY, and new connections are refused", async () => {
    const { server, grpc, started, gate } = await start();
    const answer = grpc.call("/test.Gated/Wait", EMPTY);
    await started;
    const other = http2.connect(server.url);
    await once(other, "remoteSettings");
    const drained = server.drain({ graceMs: NEVER_MS });
    await Promise.all([once(other, "goaway"), once(other, "close")]);
    const refused = net.connect(server.port, "127.0.0.1");
    const [error] = await once(refused, "error");
    expect(error).toMatchObject({ code: "ECONNREFUSED" });
    gate.resolve();
    expect((await answer).code).toBe(0);
    await drained;
  });

  test("work that a call in flight hands to waitUntil is waited for", async () => {
    const { server, grpc, started, gate, background } = await start();
    const answer = grpc.call("/test.Gated/Background", EMPTY);
    await started;
    let isDrained = false;
    const drained = server.drain({ graceMs: NEVER_MS }).then(() => {
      isDrained = true;
    });
    gate.resolve();
    expect((await answer).code).toBe(0);
    // Well after the last connection is gone.
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setTimeout(resolve, 2));
    expect(isDrained).toBe(false);
    background.resolve();
    await drained;
  });

  test("work from waitUntil that fails is no failure of the drain", async () => {
    const { server, grpc, gate, background } = await start();
    gate.resolve();
    await grpc.call("/test.Gated/Background", EMPTY);
    const drained = server.drain({ graceMs: NEVER_MS });
    background.reject(new Error("background"));
    await drained;
  });

  test.each([
    ["says nothing", (_: RawTcp) => {}],
    ["has sent half a preface", (client: RawTcp) => client.send("PRI * HT")],
    ["has ended its half", (client: RawTcp) => void client.socket.end()],
    ["sits on an idle HTTP/2 connection", (client: RawTcp) => client.send(PREFACE)],
    [
      "sits on HTTP/1.1 that has served it",
      (client: RawTcp) => client.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n"),
    ],
  ])("a client that %s holds nothing up", async (_, act) => {
    const { server } = await start();
    const client = await new RawTcp(server.port).connected();
    await act(client);
    // Accepted, and served if it asked for something: another connection was, after it.
    await fetch(server.url);
    const drained = server.drain({ graceMs: NEVER_MS });
    // A client of good manners closes its half when the server has closed its own.
    await client.ended();
    client.socket.end();
    await drained;
  });

  test("at the end of the grace what is left is cut, with UNAVAILABLE for its handlers", async () => {
    const { server, grpc, started, aborted } = await start();
    const answer = grpc.call("/test.Gated/Wait", EMPTY).catch((error: unknown) => error);
    await started;
    await server.drain({ graceMs: 50 });
    expect(await aborted).toMatchObject({ codeName: "UNAVAILABLE" });
    expect(await answer).toBeInstanceOf(Error);
  });

  test("streams, half requests and peers that do not read are cut with it", async () => {
    const { server, grpc, web, started } = await start();
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(frame(pattern(5))),
    });
    const call = await grpc.open("/test.Gated/Chat", body);
    await call.next();
    await started;
    const half = await new RawTcp(server.port).connected();
    await half.send("POST /test.Gated/Wait HTTP/1.1\r\nhost: x\r\ncontent-type: application/grpc-web\r\n");
    const open = await new RawH2(server.port, { reads: false }).connected();
    await open.send(PREFACE, h2Frame(HEADERS, END_HEADERS, 1, callHeaders("/test.Gated/Chat")));
    await expect(web.call("/test.Gated/None", EMPTY, { signal: AbortSignal.timeout(20) })).rejects.toThrow();
    await server.drain({ graceMs: 100 });
    await Promise.all([half.ended(), expect(call.finish()).rejects.toThrow()]);
  });

  test("again and again, together and after close", async () => {
    const { server } = await start();
    await Promise.all([server.drain({ graceMs: 100 }), server.drain({ graceMs: 200 }), server.close()]);
    await server.drain();
    await server.close();
  });

  test("a stream that began before it goes on under it", async () => {
    const fixture = await startFixture();
    const request = new TransformStream<Uint8Array, Uint8Array>();
    const writer = request.writable.getWriter();
    const opening = fixture.grpc.open("/contract.Raw/Chat", request.readable);
    await writer.write(frame(pattern(1)));
    const call = await opening;
    expect(await call.next()).toEqual(pattern(1));
    const drained = fixture.server.drain({ graceMs: NEVER_MS });
    for (const size of [2, 3, 4]) {
      await writer.write(frame(pattern(size)));
      expect(await call.next()).toEqual(pattern(size));
    }
    await writer.close();
    expect((await call.finish()).code).toBe(0);
    await drained;
  });
});

describe("close", () => {
  test("cancels calls with UNAVAILABLE and resolves", async () => {
    const { server, grpc, web, started, aborted } = await start();
    const answers = [grpc, web].map((client) =>
      client.call("/test.Gated/Wait", EMPTY).then(
        () => "answered",
        () => "cut",
      ),
    );
    await started;
    await server.close();
    expect(await aborted).toMatchObject({ codeName: "UNAVAILABLE" });
    expect(await Promise.all(answers)).toEqual(["cut", "cut"]);
  });

  test("cuts clients that do not close their half", async () => {
    const fixture = await startFixture();
    const probe = new Probe(fixture.web);
    const client = await new RawH2(fixture.port, { reads: false }).connected();
    await client.send(
      PREFACE,
      h2Frame(HEADERS, END_HEADERS, 1, callHeaders("/contract.Raw/Endless", probe.headers)),
      h2Frame(0, 1, 1, frame(toJson({ bytes: 60_000 }))),
    );
    await probe.until("yield");
    await fixture.server.close();
  });

  // 127.0.0.2 is no address of macOS's.
  test.runIf(process.platform === "linux")(
    "cuts each connection of a client that uses one port towards two addresses of the server's",
    async () => {
      const { server, port } = await startFixture({ host: "0.0.0.0" });
      const connect = async (host: string, localPort?: number): Promise<net.Socket> => {
        const socket = net.connect({ port, host, localAddress: "127.0.0.1", localPort });
        onTestFinished(() => void socket.destroy());
        await once(socket, "connect");
        return socket;
      };
      const first = await connect("127.0.0.1");
      const second = await connect("127.0.0.2", first.localPort);
      // Both are accepted when a third one has been served.
      await fetch(server.url);
      second.destroy();
      await fetch(server.url);
      await Promise.all([once(first, "close"), server.close()]);
    },
    5000,
  );

  test("await using drains", async () => {
    let port: number;
    {
      await using server = await serve(new GrpcService(), { port: 0, host: "127.0.0.1" });
      port = server.port;
      expect((await fetch(server.url)).status).toBe(404);
    }
    const refused = net.connect(port, "127.0.0.1");
    const [error] = await once(refused, "error");
    expect(error).toMatchObject({ code: "ECONNREFUSED" });
  });

  test("a connection that speaks up while the server drains is told to go", async () => {
    const { server, grpc, started, gate } = await start();
    const answer = grpc.call("/test.Gated/Wait", EMPTY);
    await started;
    const late = await new RawH2(server.port).connected();
    const drained = server.drain({ graceMs: NEVER_MS });
    await late.send(PREFACE);
    await late.ended();
    const goaway = late.frames.find(({ type }) => type === GOAWAY);
    expect(goaway === undefined || goaway.payload.readUInt32BE(4) === 0).toBe(true);
    gate.resolve();
    await answer;
    late.socket.end();
    await drained;
  });
});
