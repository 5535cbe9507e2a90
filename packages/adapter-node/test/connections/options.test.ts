import { connect } from "node:http2";
import { type ServeOptions, serve } from "@railhead/adapter-node";
import { GrpcService } from "@railhead/core/raw";
import { describe, expect, test } from "vitest";

const service = new GrpcService();

describe("an option that makes no sense is refused, by name, before anybody connects", () => {
  const wrong = [-1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 32, "5"];
  test.each<[string, (value: unknown) => object]>([
    ["streamWindowBytes", (streamWindowBytes) => ({ streamWindowBytes })],
    ["maxStreamWindowBytes", (maxStreamWindowBytes) => ({ maxStreamWindowBytes })],
    ["connectionWindowBytes", (connectionWindowBytes) => ({ connectionWindowBytes })],
    ["maxConcurrentStreams", (maxConcurrentStreams) => ({ maxConcurrentStreams })],
    ["streamResets.burst", (burst) => ({ streamResets: { burst } })],
    ["streamResets.perSecond", (perSecond) => ({ streamResets: { perSecond } })],
    ["keepalive.intervalMs", (intervalMs) => ({ keepalive: { intervalMs } })],
    ["keepalive.timeoutMs", (timeoutMs) => ({ keepalive: { timeoutMs } })],
    ["maxConnectionAgeMs", (maxConnectionAgeMs) => ({ maxConnectionAgeMs })],
    ["maxConnectionAgeGraceMs", (maxConnectionAgeGraceMs) => ({ maxConnectionAgeGraceMs })],
    ["handshakeTimeoutMs", (handshakeTimeoutMs) => ({ handshakeTimeoutMs })],
  ])("%s", async (name, optionsOf) => {
    for (const value of wrong) {
      const failed = serve(service, { port: 0, ...optionsOf(value) });
      await expect(failed).rejects.toThrow(RangeError);
      await expect(failed).rejects.toThrow(`${name} must be a`);
    }
  });
});

test.each<ServeOptions>([
  { maxMetadataBytes: Number.POSITIVE_INFINITY },
  { maxMetadataBytes: 2 ** 31 },
  { maxMetadataBytes: 1000.3 },
  { streamWindowBytes: 2 ** 31 - 1 },
  { maxConcurrentStreams: 2 ** 32 - 1, streamResets: { burst: 2 ** 32 - 1, perSecond: 2 ** 32 - 1 } },
  { maxConnectionAgeMs: 2 ** 31 - 1, handshakeTimeoutMs: 1500.5 },
])("the most that makes sense is served: %j", async (options) => {
  await using server = await serve(service, { port: 0, ...options });
  const session = connect(server.url);
  const stream = session.request({
    ":path": "/a.B/C",
    ":method": "POST",
    "content-type": "application/grpc",
  });
  stream.end();
  const [headers] = await new Promise<unknown[]>((resolve, reject) => {
    stream.once("error", reject);
    stream.once("response", (...response) => resolve(response));
  });
  expect(headers).toMatchObject({ ":status": 200, "grpc-status": "12" });
  session.destroy();
});
