import http2 from "node:http2";
import { serve } from "@railhead/adapter-node";
import { ContractClient, fetchTransport, frame } from "@railhead/contract";
import { GrpcError, GrpcResponse, GrpcService, GrpcStatusCode } from "@railhead/core";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { expectNoFaults } from "../support/faults.ts";
import { H2Transport } from "../support/h2-transport.ts";

expectNoFaults();

/**
 * Node's HTTP/2 refuses some header blocks that are good metadata, such as two values of "age". Whatever the client
 * gets then, the handler must not be left waiting for a stream that never began.
 */
async function start() {
  const ended = Promise.withResolvers<void>();
  const service = new GrpcService().registerHandler(
    "test.Headers",
    {
      async *handleStream(_, context) {
        context.responseMetadata.append("age", "1");
        context.responseMetadata.append("age", "2");
        try {
          for (let sent = 0; sent < 1000; sent++) yield new Uint8Array(1000);
        } finally {
          ended.resolve();
        }
      },
    },
    { methods: { Stream: "server_streaming" } },
  );
  const server = await serve(service, { port: 0, host: "127.0.0.1", onError: () => {} });
  const h2 = new H2Transport();
  onTestFinished(async () => {
    h2.close();
    await server.close();
  });
  return { server, h2, ended: ended.promise };
}

describe("a response head that Node refuses", () => {
  test("ends the handler over HTTP/2, and holds no drain up", async () => {
    const { server, h2, ended } = await start();
    const client = new ContractClient(server.url, h2.send, "grpc");
    const over = client.call("/test.Headers/Stream", new Uint8Array(0)).catch(() => "broken off");
    await Promise.all([ended, over]);
    await server.drain({ graceMs: 60_000 });
  });

  test("is none over HTTP/1.1", async () => {
    const { server, ended } = await start();
    const client = new ContractClient(server.url, fetchTransport, "grpc-web");
    expect(await client.call("/test.Headers/Stream", new Uint8Array(0))).toMatchObject({ code: 0 });
    await ended;
  });
});

describe("a header block larger than nghttp2 sends", () => {
  /** What there is beside the text: once for the block, content-type, grpc-status, grpc-message, :status and date. */
  const AROUND = 17 + (12 + 28) + (12 + 12) + (12 + 12) + (12 + 10) + (12 + 33);
  const LONGEST_MESSAGE = 64 * 1024 - AROUND;

  const service = new GrpcService().registerHandler("test.Headers", {
    handleRequest({ payload, methodName }) {
      const length = Number(new TextDecoder().decode(payload));
      if (methodName === "Fail") throw new GrpcError(GrpcStatusCode.NOT_FOUND, "m".repeat(length));
      return new GrpcResponse({ payload, trailers: { "x-long": "m".repeat(length) } });
    },
  });

  test("ends its call, and neither the connection nor the calls beside it", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    onTestFinished(() => log.mockRestore());
    const server = await serve(service, { port: 0, host: "127.0.0.1" });
    const session = http2.connect(server.url, { maxHeaderListPairs: 1000 });
    onTestFinished(() => {
      session.destroy();
      return server.close();
    });
    const goaway = vi.fn();
    session.on("goaway", goaway);
    const call = async (method: string, length: number): Promise<number> => {
      const headers = { ":method": "POST", ":path": `/test.Headers/${method}` };
      const stream = session.request({ ...headers, "content-type": "application/grpc", te: "trailers" });
      stream.on("error", () => {});
      stream.resume();
      stream.end(frame(new TextEncoder().encode(String(length))));
      await new Promise((resolve) => stream.once("close", resolve));
      return stream.rstCode;
    };
    expect(await call("Fail", LONGEST_MESSAGE)).toBe(http2.constants.NGHTTP2_NO_ERROR);
    expect(log).not.toHaveBeenCalled();
    for (const method of ["Fail", "Succeed"]) {
      expect(await call(method, 64 * 1024)).toBe(http2.constants.NGHTTP2_INTERNAL_ERROR);
      expect(log).toHaveBeenCalledExactlyOnceWith(expect.any(String), expect.any(RangeError));
      log.mockClear();
    }
    expect(await call("Fail", LONGEST_MESSAGE + 1)).toBe(http2.constants.NGHTTP2_INTERNAL_ERROR);
    expect(await call("Succeed", 10)).toBe(http2.constants.NGHTTP2_NO_ERROR);
    expect(goaway).not.toHaveBeenCalled();
  });
});
