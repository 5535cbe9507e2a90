import { fileURLToPath } from "node:url";
import type { DescMessage, DescMethod, MessageInitShape } from "@bufbuild/protobuf";
import { UserService } from "@railhead/example-user-service";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFailed, test } from "vitest";
import { createTestHarness } from "wrangler";
import { GrpcWebCall } from "./support/grpc-web.ts";

const NOT_FOUND = 5;
const ALREADY_EXISTS = 6;
const INVALID_ARGUMENT = 3;

// wrangler asks Cloudflare for nothing, and tells it nothing.
process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";
process.env.WRANGLER_SEND_METRICS = "false";

/** The example in wrangler's own development server: what `npm start` runs, on a free port. */
const server = createTestHarness({
  root: fileURLToPath(new URL("..", import.meta.url)),
  workers: [{ configPath: "./wrangler.jsonc" }],
});
let url: string;
beforeAll(async () => {
  url = (await server.listen()).url.origin;
  await server.getWorker().applyD1Migrations("DB");
});
afterAll(() => server.close());
beforeEach(() => onTestFailed(() => server.debug()));

/** A call whose requests are sent at once. */
async function call<I extends DescMessage, O extends DescMessage>(
  method: DescMethod & { readonly input: I; readonly output: O },
  ...requests: MessageInitShape<I>[]
) {
  const opened = new GrpcWebCall(url, method);
  for (const request of requests) await opened.send(request);
  await opened.end();
  return opened.finish();
}

describe("the user service over D1", () => {
  const { getUser, createUser, listUsers, createUsers, chat } = UserService.method;

  test("GetUser: the user that the migration brings", async () => {
    const { messages, ending } = await call(getUser, { userId: "123" });
    expect(ending).toEqual({ code: 0, message: "" });
    expect(messages).toMatchObject([
      { success: true, user: { name: "John Doe", email: "john@example.com" } },
    ]);
  });

  test("GetUser: an unknown id, and none", async () => {
    expect(await call(getUser, { userId: "999" })).toEqual({
      messages: [],
      ending: { code: NOT_FOUND, message: "User 999 not found" },
    });
    expect((await call(getUser, {})).ending?.code).toBe(INVALID_ARGUMENT);
  });

  test("CreateUser: stored, and not twice", async () => {
    const ada = { id: "ada", name: "Ada", email: "ada@example.com", tags: ["first", "poet"] };
    expect((await call(createUser, ada)).messages).toMatchObject([{ success: true, user: ada }]);
    expect((await call(getUser, { userId: "ada" })).messages).toMatchObject([{ user: ada }]);
    expect((await call(createUser, ada)).ending?.code).toBe(ALREADY_EXISTS);
    expect((await call(createUser, { id: "b" })).ending?.code).toBe(INVALID_ARGUMENT);
  });

  test("CreateUsers and ListUsers: more than a page of the database, by tag and by limit", async () => {
    const crowd = Array.from({ length: 250 }, (_, at) => ({
      id: `crowd-${at}`,
      name: `N${at}`,
      tags: ["crowd"],
    }));
    const { messages } = await call(createUsers, ...crowd);
    expect(messages).toMatchObject([{ created: 250, ids: crowd.map(({ id }) => id) }]);
    const listed = await call(listUsers, { tag: "crowd" });
    expect(listed.messages.map(({ id }) => id)).toEqual(crowd.map(({ id }) => id));
    expect((await call(listUsers, { tag: "crowd", limit: 101 })).messages).toHaveLength(101);
    expect((await call(listUsers, { limit: 1 })).messages).toMatchObject([{ id: "123" }]);
    expect((await call(listUsers, { tag: "nobody has it" })).messages).toEqual([]);
  });

  test("Chat: each message is answered before the next is sent", async () => {
    const talk = new GrpcWebCall(url, chat);
    for (const text of ["one", "two"]) {
      await talk.send({ sender: "me", text });
      expect(await talk.next()).toMatchObject({ sender: "server", text });
    }
    await talk.end();
    expect((await talk.finish()).ending?.code).toBe(0);
  });
});

describe("from outside", () => {
  const getUser = "/example.UserService/GetUser";

  test("by Connect in JSON, as curl sends it", async () => {
    const response = await fetch(url + getUser, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"userId": "123"}',
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ success: true, user: { name: "John Doe" } });
  });

  test.each([
    ["http://localhost:5173", "http://localhost:5173"],
    ["https://evil.example", null],
    ["http://localhost.evil.example", null],
  ])("a page of %s may read: %s", async (origin, allowed) => {
    const preflight = await fetch(url + getUser, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,x-grpc-web",
      },
    });
    expect(preflight.headers.get("access-control-allow-origin")).toBe(allowed);
  });
});

test("the page beside the service shows the same users", async () => {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toMatch(/^text\/html/);
  expect(await response.text()).toContain("<td>John Doe</td>");
});

test("a path that nobody serves is Hono's 404", async () => {
  expect((await fetch(`${url}/nowhere`)).status).toBe(404);
});

describe("the chat room in a Durable Object", () => {
  const calls: GrpcWebCall<
    (typeof UserService.method.chat)["input"],
    (typeof UserService.method.chat)["output"]
  >[] = [];
  afterEach(() => {
    for (const member of calls.splice(0)) member.leave();
  });

  async function enter(room: string) {
    const member = new GrpcWebCall(`${url}/rooms/${room}`, UserService.method.chat);
    calls.push(member);
    await member.untilOpened();
    return member;
  }

  test("what one member says goes to the others, not back", async () => {
    const [ada, bob, eve] = await Promise.all(["lobby", "lobby", "lobby"].map(enter));
    await ada?.send({ sender: "ada", text: "hello" });
    for (const other of [bob, eve])
      expect(await other?.next()).toMatchObject({ sender: "ada", text: "hello" });
    await bob?.send({ sender: "bob", text: "hi" });
    for (const other of [ada, eve]) expect(await other?.next()).toMatchObject({ sender: "bob", text: "hi" });
  });

  test("rooms are apart", async () => {
    const ada = await enter("one");
    const bob = await enter("one");
    const eve = await enter("two");
    const own = eve.next();
    await ada.send({ sender: "ada", text: "only here" });
    expect(await bob.next()).toMatchObject({ text: "only here" });
    await eve.end();
    expect(await own).toBeUndefined();
  });

  test("a member that hangs up ends its own call and no other", async () => {
    const [ada, bob] = await Promise.all(["bye", "bye"].map(enter));
    await ada?.end();
    expect((await ada?.finish())?.ending?.code).toBe(0);
    const carl = await enter("bye");
    await carl.send({ sender: "carl", text: "still there?" });
    expect(await bob?.next()).toMatchObject({ text: "still there?" });
  });

  test("other methods are not implemented there", async () => {
    const UNIMPLEMENTED = 12;
    const other = new GrpcWebCall(`${url}/rooms/lobby`, UserService.method.getUser);
    await other.send({ userId: "123" });
    await other.end();
    expect((await other.finish()).ending?.code).toBe(UNIMPLEMENTED);
  });
});
