import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jsonFormat } from "../../src/json-format.ts";
import { GrpcStatusCode } from "../../src/status.ts";
import { createFetchHandler } from "../../src/web/fetch-handler.ts";
import { concat, frame, utf8 } from "../support/bytes.ts";
import { forbidEndlessLoops, forbidUnhandledRejections } from "../support/hygiene.ts";
import { chunked, cuts, useFixedSeed } from "../support/seed.ts";
import { echoService } from "../support/services.ts";
import { UserService } from "../support/user-service.ts";
import { readWeb, webRequest } from "../support/web.ts";

useFixedSeed(100);
forbidUnhandledRejections();
forbidEndlessLoops();

const stream = async function* (messages: AsyncIterable<object>): AsyncGenerator<object> {
  for await (const _ of messages) yield {};
};
const service = echoService().registerService(UserService, {
  getUser: () => ({ success: true }),
  createUser: (user) => ({ user }),
  async *listUsers() {
    yield { id: "1" };
  },
  async createUsers(users) {
    return { created: (await Array.fromAsync(users)).length };
  },
  chat: stream,
});
const handler = createFetchHandler(service, { json: jsonFormat(), maxReceiveMessageBytes: 1000 });

const PATHS = [
  ...["Unary", "ServerStream", "ClientStream", "Bidi"].map((method) => `/test.Service/${method}`),
  ...["GetUser", "CreateUser", "ListUsers", "CreateUsers", "Chat"].map(
    (method) => `/example.UserService/${method}`,
  ),
];
const WEB_TYPES = ["", "-text"].flatMap((text) =>
  ["", "+proto", "+json"].map((codec) => `application/grpc-web${text}${codec}`),
);

function streamed(chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

/** Bytes that come close to a body: frames with a wrong bit here and there, or noise. */
const body: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 100 }),
  fc
    .array(fc.tuple(fc.uint8Array({ maxLength: 30 }), fc.constantFrom(0, 0, 0, 1, 2, 0x80)), { maxLength: 4 })
    .map((frames) => concat(...frames.map(([payload, flags]) => frame(payload, flags)))),
  fc.json().map((json) => frame(utf8(json))),
);

describe.each(WEB_TYPES)("%s", (type) => {
  test("any body, cut anywhere, gets a well-formed response", async () => {
    const headers = { "content-type": type };
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...PATHS),
        body,
        cuts,
        fc.boolean(),
        async (path, raw, places, encoded) => {
          const wire = encoded ? utf8(Buffer.from(raw).toString("base64")) : raw;
          const chunks = streamed(chunked(wire, places));
          const response = await handler(webRequest({ path, headers, body: chunks }));
          if (response.status === 415) {
            expect(type).toContain("+json");
            expect(path).toContain("test.Service");
            return;
          }
          const answer = await readWeb(response);
          expect(answer.http).toBe(200);
          expect(answer.headers.get("content-type")).toBe(type);
          expect(Object.values<number>(GrpcStatusCode)).toContain(answer.code);
          expect(answer.message).not.toBe("internal error");
        },
      ),
    );
  });
});

test("any request at all gets a response", async () => {
  const value = fc.string({ unit: fc.constantFrom(...'azAZ09 ,;=/+-%!"é\t'), maxLength: 20 });
  const name = fc.constantFrom(
    "content-type",
    "content-length",
    "grpc-timeout",
    "grpc-encoding",
    "grpc-accept-encoding",
    "origin",
    "access-control-request-method",
    "x-a",
    "x-a-bin",
  );
  const cors = createFetchHandler(service, { cors: { origins: "*" } });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom("POST", "POST", "GET", "OPTIONS", "PUT"),
      fc.oneof(
        fc.constantFrom(...PATHS),
        fc.constantFrom("/", "//", "/a", "/a/b/c", "/test.Service", "/%00/é?q=/x#y"),
      ),
      fc.dictionary(name, fc.oneof(value, fc.constantFrom(...WEB_TYPES, "application/grpc", "1S", "gzip"))),
      body,
      async (method, path, headers, wire) => {
        const request = webRequest({ method, path, headers, body: Uint8Array.from(wire) });
        const response = await cors(request);
        await response.arrayBuffer();
        expect([200, 204, 403, 404, 405, 415]).toContain(response.status);
      },
    ),
  );
});

test("what is sent comes back, whatever it is and however it is cut", async () => {
  const messages = fc.array(fc.uint8Array({ maxLength: 1000 }), { maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(messages, cuts, fc.boolean(), async (sent, places, asText) => {
      const framed = concat(...sent.map((message) => frame(message)));
      const wire = asText ? utf8(Buffer.from(framed).toString("base64")) : framed;
      const headers = { "content-type": asText ? "application/grpc-web-text" : "application/grpc-web" };
      const request = webRequest({
        path: "/test.Service/Bidi",
        headers,
        body: streamed(chunked(wire, places)),
      });
      const answer = await readWeb(await handler(request));
      expect(answer).toMatchObject({ code: GrpcStatusCode.OK });
      expect(answer.messages).toEqual(sent);
    }),
  );
});
