import { DurationSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import {
  compressionBrotli,
  compressionGzip,
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
  Http2SessionManager,
} from "@connectrpc/connect-node";
import { GrpcError, GrpcStatusCode, type Metadata, packDetail } from "@railhead/core";
import { UserService } from "@railhead/example-user-service";
import { describe, expect, onTestFinished, test } from "vitest";
import { expectNoFaults } from "../support/faults.ts";
import { logCodecs } from "./support/codecs.ts";
import { startServer, userService } from "./support/servers.ts";

expectNoFaults();

type Common = Pick<
  Parameters<typeof createGrpcTransport>[0],
  "useBinaryFormat" | "acceptCompression" | "sendCompression"
>;

/** An HTTP/2 connection that ends with the test. */
function sessionOf(baseUrl: string): Http2SessionManager {
  const sessionManager = new Http2SessionManager(baseUrl);
  onTestFinished(() => sessionManager.abort());
  return sessionManager;
}

const transports: Readonly<Record<string, (baseUrl: string, common?: Common) => Transport>> = {
  "gRPC over h2c": (baseUrl, common) =>
    createGrpcTransport({ ...common, baseUrl, sessionManager: sessionOf(baseUrl) }),
  "gRPC-Web over h2c": (baseUrl, common) =>
    createGrpcWebTransport({ ...common, baseUrl, httpVersion: "2", sessionManager: sessionOf(baseUrl) }),
  "gRPC-Web over HTTP/1.1": (baseUrl, common) =>
    createGrpcWebTransport({ ...common, baseUrl, httpVersion: "1.1" }),
  "Connect over h2c": (baseUrl, common) =>
    createConnectTransport({ ...common, baseUrl, httpVersion: "2", sessionManager: sessionOf(baseUrl) }),
  "Connect over HTTP/1.1": (baseUrl, common) =>
    createConnectTransport({ ...common, baseUrl, httpVersion: "1.1" }),
};

describe.each(Object.entries(transports))("connect-node's %s", (_name, open) => {
  const formats = [{ useBinaryFormat: true }, { useBinaryFormat: false }];

  test.each(formats)("an error with details and metadata: %o", async (format) => {
    const server = await startServer(
      userService({
        getUser() {
          throw new GrpcError(GrpcStatusCode.RESOURCE_EXHAUSTED, "plus tard, s’il vous plaît", {
            details: [packDetail(DurationSchema, { seconds: 5n })],
            metadata: { "x-why": "quota" },
          });
        },
      }),
    );
    const client = createClient(UserService, open(server.url, format));
    const error = await client.getUser({}).catch((thrown: unknown) => thrown);
    if (!(error instanceof ConnectError)) throw new Error("the call did not fail");
    expect(error).toMatchObject({ code: Code.ResourceExhausted, rawMessage: "plus tard, s’il vous plaît" });
    expect(error.findDetails(DurationSchema)).toMatchObject([{ seconds: 5n }]);
    expect(error.metadata.get("x-why")).toBe("quota");
  });

  test.each(formats)("headers both ways, and trailers: %o", async (format) => {
    const answer = (to: { responseMetadata: Metadata; responseTrailers: Metadata }, heard: string): void => {
      to.responseMetadata.append("x-heard", heard).append("x-heard", "again");
      to.responseTrailers.append("x-end", "1").append("x-end", "2");
    };
    const server = await startServer(
      userService({
        getUser(_request, context) {
          answer(context, context.metadata.get("x-say") ?? "");
          return {};
        },
        async *listUsers(_request, context) {
          answer(context, context.metadata.get("x-say") ?? "");
          yield {};
        },
      }),
    );
    const client = createClient(UserService, open(server.url, format));
    const heard: [string | null, string | null][] = [];
    const hear = (): { onHeader(headers: Headers): void; onTrailer(trailers: Headers): void } => {
      let header: string | null = null;
      return {
        onHeader: (headers) => {
          header = headers.get("x-heard");
        },
        onTrailer: (trailers) => void heard.push([header, trailers.get("x-end")]),
      };
    };
    const headers = { "x-say": "hello" };
    await client.getUser({}, { headers, ...hear() });
    for await (const _user of client.listUsers({}, { headers, ...hear() }));
    expect(heard).toEqual([
      ["hello, again", "1, 2"],
      ["hello, again", "1, 2"],
    ]);
  });

  test.each([compressionGzip, compressionBrotli])("compression both ways: $name", async (compression) => {
    const log = logCodecs("zstd", "gzip", "br", "deflate");
    const server = await startServer(userService(), { compression: { codecs: log.codecs } });
    const common = { sendCompression: compression, acceptCompression: [compression] };
    const client = createClient(UserService, open(server.url, common));
    const tags = Array.from({ length: 1000 }, (_, index) => `tag ${index}`);
    const { user } = await client.createUser({ name: "Ada", tags });
    expect(user?.tags).toEqual(tags);
    expect([log.decompressed, log.compressed]).toEqual([[compression.name], [compression.name]]);
  });

  test("a call the client gives up aborts the handler's signal", async () => {
    const started = Promise.withResolvers<void>();
    const reason = Promise.withResolvers<unknown>();
    const server = await startServer(
      userService({
        async getUser(_request, { signal }) {
          signal.addEventListener("abort", () => reason.resolve(signal.reason));
          started.resolve();
          await reason.promise;
          return {};
        },
      }),
    );
    const controller = new AbortController();
    const client = createClient(UserService, open(server.url));
    const result = client.getUser({}, { signal: controller.signal }).catch((thrown: unknown) => thrown);
    await started.promise;
    controller.abort();
    expect(await result).toMatchObject({ code: Code.Canceled });
    expect(await reason.promise).toMatchObject({ code: GrpcStatusCode.CANCELLED });
  });
});
