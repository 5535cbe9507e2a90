import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GrpcError } from "../../src/error.ts";
import { jsonFormat } from "../../src/json-format.ts";
import { decodeConnectEnd, encodeConnectEnd } from "../../src/protocol/connect-end.ts";
import { decodeConnectError, encodeConnectError } from "../../src/protocol/connect-error.ts";
import { GrpcResponse } from "../../src/response.ts";
import type { GrpcStatusCode } from "../../src/status.ts";
import { GrpcService } from "../../src/typed-service.ts";
import { createFetchHandler } from "../../src/web/fetch-handler.ts";
import { WireFault } from "../../src/wire/fault.ts";
import { concat, frame, splitFrames, text, utf8 } from "../support/bytes.ts";
import { forbidEndlessLoops, forbidUnhandledRejections } from "../support/hygiene.ts";
import { chunked, cuts, useFixedSeed } from "../support/seed.ts";
import { UserService } from "../support/user-service.ts";

useFixedSeed(200);
forbidUnhandledRejections();
forbidEndlessLoops();

const service = new GrpcService()
  .registerHandler(
    "test.Service",
    {
      handleRequest: ({ payload }) => new GrpcResponse({ payload }),
      handleStream: ({ messages }) => messages,
    },
    { methods: { Bidi: "bidi_streaming" }, noSideEffects: ["Unary"] },
  )
  .registerService(UserService, {
    getUser: ({ userId }) => ({ user: { id: userId } }),
    async *chat(messages) {
      yield* messages;
    },
  });
const handler = createFetchHandler(service, { json: jsonFormat(), maxReceiveMessageBytes: 1000 });

const CODES = /^[a-z_]+$/;
const octets = fc.uint8Array({ maxLength: 100 });
/** Bytes that come close to a body. */
const body = fc.oneof(
  octets,
  fc.json().map(utf8),
  fc
    .array(fc.tuple(fc.uint8Array({ maxLength: 30 }), fc.constantFrom(0, 0, 0, 1, 2, 0x80)), { maxLength: 4 })
    .map((frames) => concat(...frames.map(([payload, flags]) => frame(payload, flags)))),
);

function post(path: string, type: string, chunks: readonly Uint8Array[], headers = {}): Promise<Response> {
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  const init = {
    method: "POST",
    headers: { ...headers, "content-type": type },
    body: stream,
    duplex: "half",
  };
  return handler(new Request(`http://test${path}`, init));
}

async function expectError(response: Response): Promise<void> {
  expect(response.headers.get("content-type")).toBe("application/json");
  const { code, message } = await response.json();
  expect(code).toMatch(CODES);
  expect(message).not.toBe("internal error");
}

describe.each([
  ["/test.Service/Unary", "application/proto"],
  ["/example.UserService/GetUser", "application/proto"],
  ["/example.UserService/GetUser", "application/json"],
])("%s, %s", (path, type) => {
  test("any body, cut anywhere, gets an answer or an error", async () => {
    await fc.assert(
      fc.asyncProperty(
        body,
        cuts,
        fc.constantFrom({}, { "content-encoding": "gzip" }),
        async (raw, at, headers) => {
          const response = await post(path, type, chunked(raw, at), headers);
          if (response.status !== 200) return expectError(response);
          expect(response.headers.get("content-type")).toBe(type);
          const answer = new Uint8Array(await response.arrayBuffer());
          if (path.startsWith("/test")) expect(answer).toEqual(raw);
        },
      ),
    );
  });
});

describe.each([
  ["/test.Service/Bidi", "application/connect+proto"],
  ["/example.UserService/Chat", "application/connect+json"],
])("%s, %s", (path, type) => {
  test("any body, cut anywhere, gets a stream with an end", async () => {
    await fc.assert(
      fc.asyncProperty(body, cuts, async (raw, at) => {
        const response = await post(path, type, chunked(raw, at));
        expect(response.status).toBe(200);
        expect(response.headers.get("content-type")).toBe(type);
        const frames = splitFrames(new Uint8Array(await response.arrayBuffer()));
        expect(frames.map(({ flags }) => flags).filter((flags) => flags === 2)).toHaveLength(1);
        const end = frames.at(-1);
        expect(end?.flags).toBe(2);
        const { error } = JSON.parse(text(end?.payload));
        if (error !== undefined) expect(error.code).toMatch(CODES);
        expect(error?.message).not.toBe("internal error");
      }),
    );
  });
});

test("any query by GET is answered", async () => {
  const value = fc.oneof(
    fc.string({ unit: fc.constantFrom(...'aZ0-_=+%&{}"é') }),
    fc.constantFrom("proto", "json", "1", "v1", "gzip", "identity", "%7B%7D", "%FF", "AAAA"),
  );
  const name = fc.constantFrom("connect", "encoding", "message", "base64", "compression", "other");
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(name, value)), fc.boolean(), async (pairs, typed) => {
      const query = pairs.map((pair) => pair.join("=")).join("&");
      const path = typed ? "/example.UserService/GetUser" : "/test.Service/Unary";
      const response = await handler(new Request(`http://test${path}?${query}`));
      // The schema of the example lets GetUser be called by GET.
      expect([200, 400, 415, 501]).toContain(response.status);
      if (response.status !== 200 && response.status !== 415) await expectError(response);
      else await response.arrayBuffer();
    }),
  );
});

test("any message by GET comes back", async () => {
  await fc.assert(
    fc.asyncProperty(octets, async (sent) => {
      const message = Buffer.from(sent).toString("base64url");
      const url = `http://test/test.Service/Unary?encoding=proto&base64=1&message=${message}`;
      expect(new Uint8Array(await (await handler(new Request(url))).arrayBuffer())).toEqual(sent);
    }),
  );
});

const error = fc
  .record({
    code: fc.integer({ min: 1, max: 16 }),
    message: fc.string({ unit: "grapheme" }),
    details: fc.array(fc.tuple(fc.constantFrom("a.B", "google.rpc.RetryInfo"), octets), { maxLength: 3 }),
  })
  .map(({ code, message, details }) => {
    const anys = details.map(([type, value]) => ({ typeUrl: `type.googleapis.com/${type}`, value }));
    return new GrpcError(code as GrpcStatusCode, message, { details: anys });
  });

test("errors come back, in a body and at the end of a stream", () => {
  fc.assert(
    fc.property(error, (sent) => {
      const read = decodeConnectError(encodeConnectError(sent), { code: 2 });
      const end = decodeConnectEnd(encodeConnectEnd(sent, undefined).subarray(5));
      for (const one of [read, end.error]) {
        expect(one).toMatchObject({ code: sent.code, message: sent.message });
        expect(one?.details).toEqual(sent.details);
      }
    }),
  );
});

test("JSON of any kind is an error of some code, and the end of a stream or a fault", () => {
  const json = fc.oneof(
    fc.json(),
    fc
      .record(
        {
          error: fc.jsonValue(),
          metadata: fc.jsonValue(),
          code: fc.oneof(fc.constantFrom("not_found", "ok"), fc.jsonValue()),
          message: fc.jsonValue(),
          details: fc.oneof(fc.jsonValue(), fc.array(fc.record({ type: fc.string(), value: fc.string() }))),
        },
        { requiredKeys: [] },
      )
      .map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(fc.oneof(json.map(utf8), octets), (wire) => {
      expect(decodeConnectError(wire, { code: 14 })).toBeInstanceOf(GrpcError);
      try {
        decodeConnectEnd(wire);
      } catch (fault) {
        expect(fault).toBeInstanceOf(WireFault);
      }
    }),
  );
});
