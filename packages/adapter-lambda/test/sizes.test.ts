import { frame, toJson } from "@railhead/contract";
import type { FrontEndName } from "@railhead/lambda-local";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clientOf } from "./support/calls.ts";
import { describeWithRuntime, type StartedFunction, startFunction } from "./support/runtime.ts";

const MiB = 1024 * 1024;
const RESOURCE_EXHAUSTED = 8;
/** What a message of so many bytes may grow by in an answer: frames, trailers, headers, keys of JSON. */
const OVERHEAD_BYTES = 1000;

const FRONT_ENDS: readonly (readonly [name: FrontEndName, mode: "stream" | "buffered", maxBytes: number])[] =
  [
    ["functionUrl", "buffered", 6 * MiB],
    ["httpApi", "stream", 6 * MiB],
    ["httpApi", "buffered", 6 * MiB],
    ["restApi", "buffered", 6 * MiB],
    ["alb", "stream", MiB],
    ["alb", "buffered", MiB],
    ["albMultiValue", "buffered", MiB],
  ];

describeWithRuntime("responses of all sizes", () => {
  const functions = new Map<string, StartedFunction>();
  beforeAll(async () => {
    for (const mode of ["stream", "buffered"]) {
      const options = {
        env: { MODE: mode },
        timeoutMs: 60_000,
        memoryMB: 2048,
        binaryMediaTypes: ["*/*"],
      };
      functions.set(mode, await startFunction("traps.ts", options));
    }
  });
  afterAll(() => Promise.all([...functions.values()].map((lambda) => lambda.close())));

  const clientFor = (mode: string, name: FrontEndName, protocol: "grpc-web" | "grpc-web-text" | "connect") =>
    clientOf(functions.get(mode)?.urls[name] ?? "", protocol);

  describe.each(FRONT_ENDS)("%s, %s", (name, mode, maxBytes) => {
    test.each([
      ["grpc-web", 3 / 4],
      ["grpc-web-text", 3 / 4],
      ["connect", 3 / 4],
    ] as const)(
      "%s: the largest answers pass, larger ones are RESOURCE_EXHAUSTED",
      async (protocol, share) => {
        const client = clientFor(mode, name, protocol);
        const produce = async (bytes: number) => {
          const options = { acceptEncoding: "identity" };
          const answer = await client.call("/contract.Raw/Produce", toJson({ bytes }), options);
          const { code, message, messages } = answer;
          return { code, message, messages: messages.length };
        };
        const most = Math.floor(maxBytes * share);
        expect(await produce(most - OVERHEAD_BYTES)).toEqual({ code: 0, message: "", messages: 1 });
        for (const bytes of [most, most + 1, maxBytes, maxBytes + 1]) {
          const refused = await produce(bytes);
          expect(refused).toMatchObject({ code: RESOURCE_EXHAUSTED, messages: 0 });
          expect(refused.message).toContain("does not fit");
        }
      },
    );

    test("a stream that grows too long is stopped, and so is its handler", async () => {
      const client = clientFor(mode, name, "grpc-web");
      const answer = await client.call("/contract.Raw/Endless", toJson({ bytes: 10_000 }));
      expect([answer.code, answer.messages.length]).toEqual([RESOURCE_EXHAUSTED, 0]);
    });
  });

  test.each([
    ["grpc-web", "Produce"],
    ["connect", "Produce"],
    ["grpc-web", "Count"],
    ["connect", "Count"],
  ] as const)("%s: a message beyond 200 MiB is RESOURCE_EXHAUSTED, by %s", async (protocol, method) => {
    const client = clientFor("stream", "functionUrl", protocol);
    const answer = await client.call(`/contract.Raw/${method}`, toJson({ bytes: 200 * MiB, count: 1 }), {
      acceptEncoding: "identity",
    });
    expect([answer.code, answer.messages.length]).toEqual([RESOURCE_EXHAUSTED, 0]);
    expect(answer.message).toContain("209715200");
  });

  test("a stream ends with RESOURCE_EXHAUSTED where Lambda would cut it: at 200 MiB", async () => {
    const call = await clientFor("stream", "functionUrl", "grpc-web").open(
      "/contract.Raw/Endless",
      frame(toJson({ bytes: MiB })),
    );
    let messages = 0;
    while ((await call.next()) !== undefined) messages++;
    const answer = await call.finish();
    expect(messages).toBe(199);
    expect(answer.code).toBe(RESOURCE_EXHAUSTED);
    expect(answer.message).toContain("209715200");
  }, 60_000);
});
