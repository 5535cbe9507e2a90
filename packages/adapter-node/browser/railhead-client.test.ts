import { type NodeServer, serve } from "@railhead/adapter-node";
import { GrpcError, GrpcService, GrpcStatusCode } from "@railhead/core";
import { UserService } from "@railhead/example-user-service";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RailheadOutcome, RailheadRun } from "./railhead-page.ts";
import { launchChromium } from "./support/chromium.ts";
import { bundlePage, type PageServer, servePage } from "./support/page-server.ts";

/** Our own client in a real browser, on a page of another origin than the server's. */

let browser: Browser;
let friend: PageServer;
let stranger: PageServer;
let server: NodeServer;

beforeAll(async () => {
  const script = await bundlePage("railhead-page.ts");
  friend = await servePage(script);
  stranger = await servePage(script);
  browser = await launchChromium();
  const service = new GrpcService().registerService(UserService, {
    getUser({ userId }, { responseMetadata, responseTrailers }) {
      responseMetadata.set("x-leading", "before");
      responseTrailers.set("x-trailing", "after");
      return { user: { id: userId, name: "John Doe".repeat(500) } };
    },
    async createUser({ name }, { signal }) {
      if (name === "") throw new GrpcError(GrpcStatusCode.INVALID_ARGUMENT, "name fehlt – 名前");
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      return {};
    },
    async *listUsers() {
      yield { name: "Ada" };
      yield { name: "Grace" };
    },
    async createUsers(users) {
      return { created: (await Array.fromAsync(users)).length };
    },
    async *chat(messages) {
      for await (const { text } of messages) yield { text };
    },
  });
  server = await serve(service, { host: "127.0.0.1", port: 0, cors: { origins: [friend.origin] } });
});

afterAll(async () => {
  await browser?.close();
  await friend?.close();
  await stranger?.close();
  await server?.close();
});

async function run(page: PageServer, way: Omit<RailheadRun, "baseUrl">): Promise<RailheadOutcome> {
  const context = await browser.newContext();
  const tab = await context.newPage();
  try {
    await tab.goto(page.origin);
    return await tab.evaluate((whole) => window.runRailhead(whole), { ...way, baseUrl: server.url });
  } finally {
    await context.close();
  }
}

const ways = (["connect", "grpc-web", "grpc-web-text"] as const).flatMap((protocol) =>
  (["proto", "json"] as const).flatMap((codec) =>
    [{}, { send: "gzip", minBytes: 0 }].map((compression) => ({ protocol, codec, compression })),
  ),
);

test.each(ways)("$protocol, $codec, $compression: all kinds, metadata, errors, time", async (way) => {
  expect(await run(friend, way)).toEqual({
    name: "John Doe".repeat(500),
    header: "before",
    trailer: "after",
    error: "INVALID_ARGUMENT: name fehlt – 名前",
    names: ["Ada", "Grace"],
    created: 2,
    answers: ["a", "b"],
    late: "DEADLINE_EXCEEDED: deadline exceeded",
  });
});

test("a page of an origin that is not allowed reads nothing", async () => {
  const way = { protocol: "grpc-web", codec: "proto", compression: {} } as const;
  await expect(run(stranger, way)).rejects.toThrow(`no response from ${server.url}: Failed to fetch`);
});
