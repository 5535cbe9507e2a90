import { describe, expect, test } from "vitest";
import type { Metadata, ReadonlyMetadata } from "../../src/metadata.ts";
import { GrpcStatusCode } from "../../src/status.ts";
import { bytes, text, utf8 } from "../support/bytes.ts";
import { failureOf, PROTOCOLS, rawClient, userClient, WAYS } from "../support/client.ts";
import { forbidUnhandledRejections } from "../support/hygiene.ts";
import { echoService } from "../support/services.ts";

forbidUnhandledRejections();

describe.each(WAYS)("$protocol, $codec", (way) => {
  const client = userClient(way);

  test("unary: message, headers and trailers, both ways", async () => {
    const seen: Record<string, ReadonlyMetadata> = {};
    const response = await client.getUser(
      { userId: "123" },
      {
        metadata: { "x-sent": "hello" },
        onHeaders: (headers) => (seen.headers = headers),
        onTrailers: (trailers) => (seen.trailers = trailers),
      },
    );
    expect(response).toMatchObject({ success: true, user: { id: "123", name: "Jörg", tags: ["a", "b"] } });
    expect(response.$typeName).toBe("example.UserResponse");
    expect(seen.headers?.get("x-seen")).toBe("hello");
    expect(seen.headers?.has("x-trailer-bin")).toBe(false);
    expect(seen.trailers?.getBinary("x-trailer-bin")).toEqual(bytes(1, 2, 0xff));
    expect(seen.trailers?.has("x-seen")).toBe(false);
  });

  test("errors keep code, message, details and metadata", async () => {
    const seen: Record<string, ReadonlyMetadata> = {};
    const error = await failureOf(
      client.getUser(
        { userId: "9" },
        { onHeaders: (h) => (seen.headers = h), onTrailers: (t) => (seen.trailers = t) },
      ),
    );
    expect(error.code).toBe(GrpcStatusCode.NOT_FOUND);
    expect(error.message).toBe("User 9 not found – 100 %");
    expect(error.details).toEqual([{ typeUrl: "type.googleapis.com/a.Detail", value: bytes(8, 1) }]);
    expect(error.metadata.get("x-why")).toBe("gone");
    expect(error.metadata.getBinary("x-trailer-bin")).toEqual(bytes(1, 2, 0xff));
    expect(seen.headers?.get("x-seen")).toBe("nothing");
    expect(seen.trailers?.get("x-why")).toBe("gone");
  });

  test("the server's metadata cannot be changed", async () => {
    const seen: ReadonlyMetadata[] = [];
    const see = (metadata: ReadonlyMetadata): void => void seen.push(metadata);
    await client.getUser({ userId: "123" }, { onHeaders: see, onTrailers: see });
    await Array.fromAsync(client.listUsers({}, { onHeaders: see, onTrailers: see }));
    expect(seen).toHaveLength(4);
    // The type has no such method; the object has.
    for (const metadata of seen) expect(() => (metadata as Metadata).set("a", "1")).toThrow(TypeError);
  });

  test("server streaming", async () => {
    let trailers: ReadonlyMetadata | undefined;
    const users = client.listUsers({ limit: 20 }, { onTrailers: (seen) => (trailers = seen) });
    const ids = (await Array.fromAsync(users)).map(({ id }) => id);
    expect(ids).toEqual(Array.from({ length: 20 }, (_, at) => String(at + 1)));
    expect(trailers?.get("x-count")).toBe("20");
  });

  test("client streaming, from an array and from a generator", async () => {
    async function* users() {
      yield { id: "a" };
      yield { id: "b" };
    }
    expect(await client.createUsers([{ id: "x" }])).toMatchObject({ created: 1, ids: ["x"] });
    expect(await client.createUsers(users())).toMatchObject({ created: 2, ids: ["a", "b"] });
    expect(await client.createUsers([])).toMatchObject({ created: 0, ids: [] });
  });

  test("bidirectional streaming, each message answered before the next one is sent", async () => {
    const log: string[] = [];
    let next: ((text: string) => void) | undefined;
    async function* messages() {
      for (let at = 0; at < 3; at++) {
        const text = at === 0 ? "0" : await new Promise<string>((resolve) => (next = resolve));
        log.push(`sent ${text}`);
        yield { sender: "client", text };
      }
    }
    for await (const { sender, text } of client.chat(messages())) {
      log.push(`${sender} ${text}`);
      next?.(String(Number(text) + 1));
    }
    expect(log).toEqual(["sent 0", "server 0", "sent 1", "server 1", "sent 2", "server 2"]);
  });

  test("a method that the server lacks", async () => {
    const error = await failureOf(client.createUser({ id: "1" }));
    expect(error.code).toBe(GrpcStatusCode.UNIMPLEMENTED);
    expect(error.message).toContain("CreateUser");
  });
});

describe.each(PROTOCOLS)("raw bytes by %s", (protocol) => {
  const client = rawClient(echoService(), { protocol });

  test.each([0, 1, 5, 1023, 1024, 100_000])("unary, %d bytes", async (length) => {
    const payload = crypto.getRandomValues(new Uint8Array(Math.min(length, 65_536)));
    expect(await client.unary("test.Service", "Unary", payload)).toEqual(payload);
  });

  test("server streaming", async () => {
    const messages = client.serverStreaming("test.Service", "ServerStream", utf8("one"));
    expect((await Array.fromAsync(messages)).map(text)).toEqual(["one"]);
  });

  test("client streaming", async () => {
    const requests = [utf8("a"), utf8(""), utf8("b")];
    expect(text(await client.clientStreaming("test.Service", "ClientStream", requests))).toBe("ab");
  });

  test("bidirectional streaming, empty messages included", async () => {
    const requests = ["a", "", "b".repeat(5000)];
    const messages = client.bidiStreaming("test.Service", "Bidi", requests.map(utf8));
    expect((await Array.fromAsync(messages)).map(text)).toEqual(requests);
  });

  test("an unknown service", async () => {
    const error = await failureOf(client.unary("no.Service", "Unary", bytes()));
    expect(error.code).toBe(GrpcStatusCode.UNIMPLEMENTED);
    expect(error.message).toContain("no.Service");
  });

  test("what is no bytes is not sent", async () => {
    // @ts-expect-error: a string where bytes belong
    const error = await failureOf(client.unary("test.Service", "Unary", "text"));
    expect(error.code).toBe(GrpcStatusCode.INTERNAL);
    expect(error.message).toContain("a raw client sends Uint8Array messages");
  });
});
