import { type NodeServer, serve } from "@railhead/adapter-node";
import { GrpcStatusCode } from "@railhead/core/raw";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Call, Format } from "./page.ts";
import { launchChromium } from "./support/chromium.ts";
import { bundlePage, type PageServer, servePage } from "./support/page-server.ts";
import { openClient, type RemoteCall, type RemoteClient } from "./support/remote-client.ts";
import { createObservedService, FAILURE_TEXT, Observer } from "./support/service.ts";

/** The official `grpc-web` client in a real browser, on a page of another origin than the server's. */

const ALL_BYTES = Array.from({ length: 256 }, (_, at) => at);

let browser: Browser;
let friend: PageServer;
let stranger: PageServer;
let observer: Observer;
let server: NodeServer;
const clients: RemoteClient[] = [];

beforeAll(async () => {
  const script = await bundlePage("page.ts");
  friend = await servePage(script);
  stranger = await servePage(script);
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await friend?.close();
  await stranger?.close();
});

beforeEach(async () => {
  observer = new Observer();
  server = await serve(createObservedService(observer), {
    host: "127.0.0.1",
    port: 0,
    cors: { origins: [friend.origin] },
  });
});

afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  await server.close();
});

async function open(page: PageServer): Promise<RemoteClient> {
  const client = await openClient(browser, page.origin);
  clients.push(client);
  return client;
}

async function call(page: PageServer, format: Format, path: string): Promise<RemoteCall> {
  const client = await open(page);
  return client.start(callOf(format, path));
}

function callOf(format: Format, path: string): Omit<Call, "id"> {
  return {
    format,
    url: server.url + path,
    kind: path.startsWith("/browser.Stream/") ? "serverStreaming" : "unary",
    bytes: ALL_BYTES,
    metadata: { "x-request": "a header of ours" },
  };
}

describe.each<Format>(["text", "binary"])("in %s", (format) => {
  test("a unary call brings its message, its metadata and its trailers", async () => {
    const echo = await call(friend, format, "/browser.Unary/Echo");
    await echo.until("status");
    expect(await echo.until("data")).toEqual([{ type: "data", bytes: ALL_BYTES }]);
    expect(echo.of("status")).toMatchObject([{ code: 0, metadata: { "x-trailing": "at the end" } }]);
    expect(echo.of("metadata")).toMatchObject([{ metadata: { "x-leading": "saw a header of ours" } }]);
    expect(echo.of("error")).toEqual([]);
  });

  test("a unary error brings its code, its message in any script, and its metadata", async () => {
    const fail = await call(friend, format, "/browser.Unary/Fail");
    const [error] = await fail.until("error");
    expect(error).toMatchObject({
      code: GrpcStatusCode.RESOURCE_EXHAUSTED,
      message: FAILURE_TEXT,
      metadata: { "x-shelf": "empty", "x-raw-bin": "AP+A" },
    });
    expect(fail.of("data")).toEqual([]);
  });

  test("an unknown method is UNIMPLEMENTED, and says which", async () => {
    const lost = await call(friend, format, "/browser.Unknown/Method");
    const [error] = await lost.until("error");
    expect(error?.code).toBe(GrpcStatusCode.UNIMPLEMENTED);
    expect(error?.message).toContain("browser.Unknown");
  });

  test("an origin that is not allowed gets nothing, and no handler runs", async () => {
    const denied = await call(stranger, format, "/browser.Unary/Echo");
    const [error] = await denied.until("error");
    expect(error?.code).not.toBe(GrpcStatusCode.OK);
    expect(denied.of("data")).toEqual([]);
    expect(JSON.stringify(denied.events)).not.toContain("x-leading");
    expect(observer.calls).toEqual([]);
  });
});

describe("server streaming, in text", () => {
  test("each message arrives before the next is made", async () => {
    const ticks = await call(friend, "text", "/browser.Stream/Tick");
    // The handler is held until the page has its first message: a response that arrives whole would hang here.
    expect(await ticks.until("data")).toEqual([{ type: "data", bytes: [1, 0, 255] }]);
    expect(ticks.of("end")).toEqual([]);
    observer.mayGoOn.resolve();
    await ticks.until("end");
    expect(ticks.of("data").map(({ bytes }) => bytes)).toEqual([[1, 0, 255], [2]]);
    expect(ticks.of("status")).toMatchObject([{ code: 0, metadata: { "x-ticks": "2" } }]);
  });

  test("an error after messages brings its code, message and metadata", async () => {
    const ticks = await call(friend, "text", "/browser.Stream/TickAndFail");
    await ticks.until("data");
    observer.mayGoOn.resolve();
    const [error] = await ticks.until("error");
    expect(ticks.of("data").map(({ bytes }) => bytes)).toEqual([[1, 0, 255], [2]]);
    expect(error).toMatchObject({
      code: GrpcStatusCode.RESOURCE_EXHAUSTED,
      message: FAILURE_TEXT,
      metadata: { "x-shelf": "empty" },
    });
  });

  test("cancelling in the page aborts the handler's signal", async () => {
    const hanging = await call(friend, "text", "/browser.Stream/Hang");
    await hanging.until("data");
    await hanging.cancel();
    expect(await observer.aborted.promise).toMatchObject({ code: GrpcStatusCode.CANCELLED });
    expect(hanging.of("data")).toHaveLength(1);
  });

  test("closing the page aborts the handler's signal", async () => {
    const client = await open(friend);
    const hanging = await client.start(callOf("text", "/browser.Stream/Hang"));
    await hanging.until("data");
    await client.close();
    expect(await observer.aborted.promise).toMatchObject({ code: GrpcStatusCode.CANCELLED });
  });
});
