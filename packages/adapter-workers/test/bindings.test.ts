import { createWorker, workerPlatform } from "@railhead/adapter-workers";
import { ContractClient, frame, fromJson, openStream, pattern } from "@railhead/contract";
import { GrpcRequest, GrpcResponse, GrpcService } from "@railhead/core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { http1Transport } from "./support/http1-transport.ts";
import { startWorkerd, type Workerd } from "./support/workerd.ts";

const EMPTY = new Uint8Array(0);

let workerd: Workerd;
let client: ContractClient;
beforeAll(async () => {
  workerd = await startWorkerd({
    entry: new URL("./workers/bindings.ts", import.meta.url),
    vars: { GREETING: "hello" },
    selfBindings: ["SELF"],
    durableObjects: { ROOMS: "Room" },
  });
  client = new ContractClient(workerd.url, http1Transport(), "grpc-web");
});
afterAll(() => workerd.close());
beforeEach(() => workerd.explainFailure());

test("the service is made of the bindings, once", async () => {
  for (let call = 0; call < 3; call++) {
    const { code, messages } = await client.call("/test.Platform/See", EMPTY);
    expect(code).toBe(0);
    expect(fromJson(messages[0] ?? EMPTY)).toMatchObject({ greeting: "hello", servicesMade: 1 });
  }
});

test("context.peer is what Cloudflare says of the client", async () => {
  const headers = [["cf-connecting-ip", "203.0.113.7"]] as const;
  const { messages } = await client.call("/test.Platform/See", EMPTY, { headers });
  expect(fromJson(messages[0] ?? EMPTY)).toMatchObject({ peer: "203.0.113.7" });
});

describe.each(["", "/service", "/object"])("reached through %j", (prefix) => {
  test("workerPlatform(context): env, ctx and request", async () => {
    const { code, messages } = await client.call(`${prefix}/test.Platform/See`, EMPTY);
    expect(code).toBe(0);
    expect(fromJson(messages[0] ?? EMPTY)).toMatchObject({
      greeting: "hello",
      sameEnv: true,
      hasWaitUntil: true,
      url: `${workerd.url}/test.Platform/See`,
    });
  });

  test("bidi, full-duplex", async () => {
    const { body, send, end } = openStream();
    const call = await client.open(`${prefix}/test.Stream/Echo`, body);
    for (const size of [1, 0, 70_000]) {
      send(frame(pattern(size)));
      expect(await call.next()).toEqual(pattern(size));
    }
    end();
    expect((await call.finish()).code).toBe(0);
  });
});

test("workerPlatform refuses calls that came another way", async () => {
  const service = new GrpcService().registerHandler("test.Platform", {
    handleRequest(_, context) {
      workerPlatform(context);
      return new GrpcResponse({ payload: EMPTY });
    },
  });
  const request = new GrpcRequest({ serviceName: "test.Platform", methodName: "See", payload: EMPTY });
  await expect(service.handleRequest(request)).rejects.toThrow(
    "this call did not come through @railhead/adapter-workers",
  );
});

test("options that make no sense are refused when the worker is made", () => {
  expect(() => createWorker(new GrpcService(), { maxReceiveMessageBytes: -1 })).toThrow(
    "maxReceiveMessageBytes must be a number that is not negative, not -1",
  );
});
