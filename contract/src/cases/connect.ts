import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { GetUserRequestSchema, UserResponseSchema } from "@railhead/example-user-service";
import { describe, expect, test } from "vitest";
import type { TransportResponse } from "../client/transport.ts";
import type { Suite } from "../suite.ts";

const GET_USER = "/example.UserService/GetUser";

async function jsonOf(response: TransportResponse): Promise<unknown> {
  return new Response(response.body).json();
}

/** What Connect has and the others lack: plain HTTP, for curl, browsers and caches. */
export function connect(suite: Suite): void {
  describe("Connect as plain HTTP", () => {
    const post = (path: string, body: string, type = "application/json") =>
      suite.client("connect").http(path, {
        headers: [["content-type", type]],
        body: new TextEncoder().encode(body),
      });
    const get = (query: string, path = GET_USER, method = "GET") =>
      suite.client("connect").http(`${path}?${query}`, { method, headers: [] });

    test.each(["application/json", "application/json; charset=utf-8"])("POST of %s", async (type) => {
      const response = await post(GET_USER, '{"userId":"123"}', type);
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toBe("application/json");
      expect(await jsonOf(response)).toMatchObject({ user: { name: "John Doe" }, success: true });
    });

    test.each([
      [GET_USER, '{"userId":"999"}', 404, { code: "not_found", message: "User 999 not found" }],
      [GET_USER, '{"userId":""}', 400, { code: "invalid_argument" }],
      [GET_USER, "{", 400, { code: "invalid_argument" }],
      ["/example.UserService/Nope", "{}", 501, { code: "unimplemented" }],
      ["/example.Missing/GetUser", "{}", 404, { code: "unimplemented" }],
    ])("POST to %s of %s: HTTP %d and JSON", async (path, body, status, error) => {
      const response = await post(path, body);
      expect(response.status).toBe(status);
      expect(response.headers.get("content-type")).toBe("application/json");
      expect(await jsonOf(response)).toMatchObject(error);
    });

    test("GET in JSON", async () => {
      const message = encodeURIComponent('{"userId":"123"}');
      const response = await get(`encoding=json&message=${message}`);
      expect(response.status).toBe(200);
      expect(response.headers.get("vary")).toBe("accept-encoding");
      expect(await jsonOf(response)).toMatchObject({ user: { name: "John Doe" } });
    });

    test("GET in binary, base64 for URLs", async () => {
      const bytes = toBinary(GetUserRequestSchema, create(GetUserRequestSchema, { userId: "123" }));
      const message = Buffer.from(bytes).toString("base64url");
      const response = await get(`connect=v1&encoding=proto&base64=1&message=${message}`);
      expect(response.headers.get("content-type")).toBe("application/proto");
      const body = new Uint8Array(await new Response(response.body).arrayBuffer());
      expect(fromBinary(UserResponseSchema, body).user?.name).toBe("John Doe");
    });

    test("GET of what fails", async () => {
      const response = await get("encoding=json&message=%7B%22userId%22%3A%22999%22%7D");
      expect(response.status).toBe(404);
      expect(await jsonOf(response)).toEqual({ code: "not_found", message: "User 999 not found" });
    });

    test.each([
      ["no message", "encoding=json", 400],
      ["no encoding", "message={}", 415],
      ["another version", "connect=v2&encoding=json&message={}", 400],
    ])("GET with %s", async (_, query, status) => {
      const response = await get(query);
      expect(response.status).toBe(status);
      await new Response(response.body).text();
    });

    test("GET of a method with side effects: 405", async () => {
      const response = await get("encoding=json&message={}", "/example.UserService/CreateUser");
      expect(response.status).toBe(405);
      expect(response.headers.get("allow")).toBe("POST");
      await new Response(response.body).text();
    });

    test.each(["PUT", "DELETE"])("%s where GET would do: 405, and both", async (method) => {
      const response = await get("encoding=json&message={}", GET_USER, method);
      expect(response.status).toBe(405);
      expect(response.headers.get("allow")).toBe("GET, POST");
      await new Response(response.body).text();
    });

    test.each([
      ["/contract.Raw/Echo", "application/connect+proto", "is not for unary methods"],
      ["/contract.Raw/Chat", "application/proto", "is not for bidi_streaming methods"],
      ["/contract.Raw/Echo", "application/json", "needs a schema"],
    ])("%s takes no %s: 415", async (path, type, why) => {
      const response = await post(path, "", type);
      expect(response.status).toBe(415);
      expect(await new Response(response.body).text()).toContain(why);
    });

    test("turned off: 415, and GET is 405", async () => {
      const client = await suite.clientWith({ protocols: ["grpc-web"] });
      const response = await client.http(GET_USER, {
        headers: [["content-type", "application/json"]],
        body: new TextEncoder().encode("{}"),
      });
      expect(response.status).toBe(415);
      expect(response.headers.get("accept-post")).not.toContain("application/json");
      expect(await new Response(response.body).text()).toContain("connect is turned off");
      const got = await client.http(`${GET_USER}?encoding=json&message={}`, { method: "GET", headers: [] });
      expect(got.status).toBe(405);
      await new Response(got.body).text();
    });
  });
}
