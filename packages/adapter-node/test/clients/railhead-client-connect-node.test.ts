import { createServer } from "node:http";
import { create } from "@bufbuild/protobuf";
import { DurationSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { GrpcError, jsonFormat, type ReadonlyMetadata, unpackDetails } from "@railhead/core";
import { type Client, type ClientOptions, createClient } from "@railhead/core/client";
import { UserService } from "@railhead/example-user-service";
import { describe, expect, onTestFinished, test } from "vitest";
import { expectNoFaults } from "../support/faults.ts";
import { listen } from "../support/listen.ts";

expectNoFaults();

/** The other direction of connect-node.test.ts: our client, their server. */
function routes(router: ConnectRouter): void {
  router.service(UserService, {
    getUser({ userId }, { requestHeader, responseHeader, responseTrailer }) {
      responseHeader.set("x-seen", requestHeader.get("x-sent") ?? "nothing");
      responseTrailer.set("x-trailer", "end");
      if (userId === "123") return { success: true, user: { id: "123", name: "Jörg" } };
      const detail = { desc: DurationSchema, value: create(DurationSchema, { seconds: 5n }) };
      throw new ConnectError(`nobody – ${userId} 100 %`, Code.NotFound, { "x-why": "gone" }, [detail]);
    },
    async *listUsers({ limit }) {
      for (let id = 1; id <= limit; id++) yield { id: String(id), name: "x".repeat(2000) };
      if (limit === 3) throw new ConnectError("only three", Code.OutOfRange);
    },
    async createUsers(users) {
      const ids = [];
      for await (const { id } of users) ids.push(id);
      return { created: ids.length, ids };
    },
    // No chat: their server takes bidi over HTTP/2 alone, which Node's fetch does not speak.
  });
}

async function start(options: Partial<ClientOptions>): Promise<Client<typeof UserService>> {
  const server = createServer(connectNodeAdapter({ routes }));
  const { url, close } = await listen(server, () => server.closeAllConnections());
  onTestFinished(close);
  return createClient(UserService, { baseUrl: url, json: jsonFormat(), ...options });
}

const ways = (["connect", "grpc-web"] as const).flatMap((protocol) =>
  (["proto", "json"] as const).flatMap((codec) =>
    [undefined, "gzip"].map((send) => ({
      protocol,
      codec,
      compression: { minBytes: 0, ...(send && { send }) },
    })),
  ),
);

describe.each(ways)("connect-node's server by $protocol, $codec, $compression", (way) => {
  test("unary", async () => {
    const client = await start(way);
    const seen: { headers?: ReadonlyMetadata; trailers?: ReadonlyMetadata } = {};
    const response = await client.getUser(
      { userId: "123" },
      {
        metadata: { "x-sent": "hello" },
        onHeaders: (headers) => (seen.headers = headers),
        onTrailers: (trailers) => (seen.trailers = trailers),
      },
    );
    expect(response).toMatchObject({ success: true, user: { name: "Jörg" } });
    expect(seen.headers?.get("x-seen")).toBe("hello");
    expect(seen.trailers?.get("x-trailer")).toBe("end");
  });

  test("errors", async () => {
    const client = await start(way);
    const error = await client.getUser({ userId: "9" }).catch((thrown: unknown) => thrown);
    if (!(error instanceof GrpcError)) throw error;
    expect([error.codeName, error.message]).toEqual(["NOT_FOUND", "nobody – 9 100 %"]);
    expect(unpackDetails(error, DurationSchema)).toMatchObject([{ seconds: 5n }]);
  });

  test("streams", async () => {
    const client = await start(way);
    expect(await Array.fromAsync(client.listUsers({ limit: 10 }))).toHaveLength(10);
    expect(await client.createUsers([{ id: "a" }, { id: "b" }])).toMatchObject({
      created: 2,
      ids: ["a", "b"],
    });
    const seen: string[] = [];
    const failing = (async () => {
      for await (const { id } of client.listUsers({ limit: 3 })) seen.push(id);
    })();
    await expect(failing).rejects.toMatchObject({ codeName: "OUT_OF_RANGE", message: "only three" });
    expect(seen).toEqual(["1", "2", "3"]);
  });

  test("what it lacks", async () => {
    const client = await start(way);
    await expect(client.createUser({})).rejects.toMatchObject({ codeName: "UNIMPLEMENTED" });
  });
});

test("GET", async () => {
  const client = await start({ protocol: "connect", useHttpGet: true });
  expect(await client.getUser({ userId: "123" })).toMatchObject({ success: true });
});
