import { describe, expect, test } from "vitest";
import { frame } from "../client/bytes.ts";
import type { TransportResponse } from "../client/transport.ts";
import { toJson } from "../fixture/json.ts";
import type { Suite } from "../suite.ts";

async function textOf(response: TransportResponse): Promise<string> {
  return new Response(response.body).text();
}

/** What is no call at all: an HTTP status and a reason that a developer can act on. */
export function http(suite: Suite): void {
  describe("HTTP that is no call", () => {
    const type = ["content-type", "application/grpc-web"] as const;

    test.each(["GET", "PUT", "DELETE", "PATCH"])("%s: 405, use POST", async (method) => {
      const response = await suite
        .client()
        .http("/contract.Raw/Echo", { method, headers: method === "GET" ? [] : [type] });
      expect(response.status).toBe(405);
      expect(response.headers.get("allow")).toBe("POST");
      expect(await textOf(response)).toContain("POST");
    });

    test("HEAD: 405 without a body", async () => {
      const response = await suite.client().http("/contract.Raw/Echo", { method: "HEAD", headers: [] });
      expect(response.status).toBe(405);
      expect(await textOf(response)).toBe("");
      expect((await suite.client().call("/contract.Raw/Echo", new Uint8Array(1))).code).toBe(0);
    });

    test.each(["text/plain", "application/json", "application/grpc-webb", "application/octet-stream"])(
      "content type %s: 415, and what would do",
      async (contentType) => {
        const response = await suite.client().http("/contract.Raw/Echo", {
          headers: [["content-type", contentType]],
          body: frame(new Uint8Array(1)),
        });
        expect(response.status).toBe(415);
        expect(response.headers.get("accept-post")).toContain("application/grpc-web");
        expect(await textOf(response)).toContain("application/grpc-web");
      },
    );

    test("a raw handler takes no JSON: 415", async () => {
      const response = await suite.client().http("/contract.Raw/Echo", {
        headers: [["content-type", "application/grpc-web+json"]],
        body: frame(toJson({})),
      });
      expect(response.status).toBe(415);
    });

    test.each(["APPLICATION/gRPC-Web", "application/grpc-web; charset=utf-8", "application/grpc-web+proto"])(
      "content type %s is gRPC-Web",
      async (contentType) => {
        const answer = await suite.client().call("/contract.Raw/Echo", new Uint8Array([1]), { contentType });
        expect(answer).toMatchObject({ code: 0, messages: [new Uint8Array([1])] });
      },
    );

    test.each(["/", "/favicon.ico", "/no/where"])("GET %s: 404", async (path) => {
      const response = await suite.client().http(path, { method: "GET", headers: [] });
      expect(response.status).toBe(404);
      await textOf(response);
    });

    test("a path that names no method: UNIMPLEMENTED", async () => {
      const answer = await suite.client().call("/contract.Raw", new Uint8Array(0));
      expect(answer.code).toBe(12);
    });

    test("a refused upload of some size is answered all the same", async () => {
      const response = await suite.client().http("/contract.Raw/Echo", {
        headers: [["content-type", "text/plain"]],
        body: new Uint8Array(1024 * 1024).fill(0x61),
      });
      expect(response.status).toBe(415);
      await textOf(response);
    });

    test("a protocol that is turned off: 415", async () => {
      const client = await suite.clientWith({ protocols: ["grpc"] });
      const response = await client.http("/contract.Raw/Echo", {
        headers: [type],
        body: frame(new Uint8Array(1)),
      });
      expect(response.status).toBe(415);
      expect(await textOf(response)).toContain("turned off");
    });

    if (!suite.can.trailers) {
      test("gRPC without trailers: 415, and why", async () => {
        const response = await suite.client().http("/contract.Raw/Echo", {
          headers: [["content-type", "application/grpc"]],
          body: frame(new Uint8Array(1)),
        });
        expect(response.status).toBe(415);
        expect(await textOf(response)).toContain("trailers");
      });
    }
  });
}
