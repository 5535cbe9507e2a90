import http from "node:http";
import { createRequestListener, serve } from "@railhead/adapter-node";
import { GrpcResponse, GrpcService } from "@railhead/core";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { expectNoFaults } from "../support/faults.ts";
import { listen } from "../support/listen.ts";
import { RawTcp } from "../support/raw-tcp.ts";

expectNoFaults();

/** A service whose calls wait until their client is gone, or for nothing; and what has become of those that wait. */
function waiting(): { service: GrpcService; calls: { begun: number; aborted: number } } {
  const calls = { begun: 0, aborted: 0 };
  const service = new GrpcService().registerHandler("test.Pipeline", {
    async handleRequest({ methodName, payload }, { signal }) {
      if (methodName === "Wait") {
        calls.begun++;
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        calls.aborted++;
      }
      return new GrpcResponse({ payload });
    },
  });
  return { service, calls };
}

function request(method: string): string {
  const head = `POST /test.Pipeline/${method} HTTP/1.1\r\nhost: x\r\ncontent-type: application/proto\r\n`;
  return `${head}content-length: 1\r\n\r\n!`;
}

describe("a client of HTTP/1.1 that does not wait for its answers", () => {
  const LIMIT = 5;

  test("has so many calls at a time as one of HTTP/2, and is cut off beyond", async () => {
    const { service, calls } = waiting();
    const server = await serve(service, { port: 0, host: "127.0.0.1", maxConcurrentStreams: LIMIT });
    onTestFinished(() => server.close());
    const other = await new RawTcp(server.port).connected();
    const client = await new RawTcp(server.port).connected();
    await client.send(request("Wait").repeat(LIMIT));
    await vi.waitFor(() => expect(calls.begun).toBe(LIMIT));
    await client.send(request("Wait").repeat(3));
    await client.ended();
    await vi.waitFor(() => expect(calls).toEqual({ begun: LIMIT, aborted: LIMIT }));
    await other.send(request("Echo"));
    await other.until((received) => received.toString("latin1").endsWith("\r\n\r\n!"));
  });

  test("has what is answered or refused no longer count", async () => {
    const { service } = waiting();
    const server = await serve(service, { port: 0, host: "127.0.0.1", maxConcurrentStreams: 1 });
    onTestFinished(() => server.close());
    const client = await new RawTcp(server.port).connected();
    const refused = request("Echo").replace("application/proto", "text/plain");
    // It is refused at once, where the other one waits for its body.
    const empty = refused.replace("length: 1", "length: 0").replace("!", "");
    for (let answered = 1; answered <= 6; answered++) {
      await client.send([request("Echo"), refused, empty][answered % 3] ?? "");
      await client.until((received) => received.toString("latin1").split("HTTP/1.1 ").length > answered);
    }
  });

  test("gets them all, in a server of one's own as well", async () => {
    const { service } = waiting();
    const count = 500;
    const plain = http.createServer(createRequestListener(service));
    const own = await listen(plain, () => plain.closeAllConnections());
    onTestFinished(() => own.close());
    const server = await serve(service, { port: 0, host: "127.0.0.1" });
    onTestFinished(() => server.close());
    for (const port of [own.port, server.port]) {
      const client = await new RawTcp(port).connected();
      await client.send(request("Echo").repeat(count));
      await client.until((received) => received.toString("latin1").split("HTTP/1.1 200").length > count);
    }
  });
});
