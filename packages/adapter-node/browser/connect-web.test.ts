import { type NodeServer, serve } from "@railhead/adapter-node";
import { GrpcError, GrpcService, GrpcStatusCode } from "@railhead/core";
import { UserService } from "@railhead/example-user-service";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ConnectOutcome } from "./connect-page.ts";
import { launchChromium } from "./support/chromium.ts";
import { bundlePage, type PageServer, servePage } from "./support/page-server.ts";

/** Connect for web in a real browser, on a page of another origin than the server's. */

let browser: Browser;
let friend: PageServer;
let stranger: PageServer;
let server: NodeServer;
/** The methods of HTTP of all requests so far, preflights included. */
const methods: string[] = [];

beforeAll(async () => {
  const script = await bundlePage("connect-page.ts");
  friend = await servePage(script);
  stranger = await servePage(script);
  browser = await launchChromium();
  const service = new GrpcService().registerService(UserService, {
    getUser({ userId }, { responseMetadata, responseTrailers }) {
      responseMetadata.set("x-leading", "before");
      responseTrailers.set("x-trailing", "after");
      return { user: { id: userId, name: "John Doe" } };
    },
    createUser() {
      const metadata = { "x-reason": "empty" };
      throw new GrpcError(GrpcStatusCode.INVALID_ARGUMENT, "name fehlt – 名前", { metadata });
    },
    async *listUsers(_, { responseTrailers }) {
      responseTrailers.set("x-trailing", "the end");
      yield { name: "Ada" };
      yield { name: "Grace" };
    },
  });
  const cors = { origins: [friend.origin] };
  server = await serve(service, { host: "127.0.0.1", port: 0, cors });
});

afterAll(async () => {
  await browser?.close();
  await friend?.close();
  await stranger?.close();
  await server?.close();
});

beforeEach(() => void methods.splice(0));

async function run(
  page: PageServer,
  useBinaryFormat: boolean,
  headers: Record<string, string>,
): Promise<ConnectOutcome> {
  const context = await browser.newContext();
  const tab = await context.newPage();
  tab.on("request", (request) => {
    if (request.url().startsWith(server.url)) methods.push(request.method());
  });
  try {
    await tab.goto(page.origin);
    return await tab.evaluate((whole) => window.runConnect(whole), {
      baseUrl: server.url,
      useBinaryFormat,
      headers,
    });
  } finally {
    await context.close();
  }
}

test.each([
  ["JSON", false],
  ["binary", true],
])("%s: messages, metadata, trailers, errors and streams", async (_, useBinaryFormat) => {
  for (const headers of [{}, { "x-request": "a header of ours" }]) {
    methods.splice(0);
    expect(await run(friend, useBinaryFormat, headers)).toEqual({
      name: "John Doe",
      header: "before",
      trailer: "after",
      error: { code: GrpcStatusCode.INVALID_ARGUMENT, message: "name fehlt – 名前", trailer: "empty" },
      names: ["Ada", "Grace"],
      streamTrailer: "the end",
    });
    expect(methods.filter((method) => method !== "OPTIONS")).toEqual(["GET", "POST", "POST"]);
  }
});

test("a page of an origin that is not allowed reads nothing", async () => {
  await expect(run(stranger, false, {})).rejects.toThrow("Failed to fetch");
});
