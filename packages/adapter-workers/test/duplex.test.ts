import { frame, openStream, pattern } from "@railhead/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { WatchedCall } from "./support/lifecycle.ts";
import { startWorkerd, type Workerd } from "./support/workerd.ts";

let workerd: Workerd;
beforeAll(async () => {
  workerd = await startWorkerd({ entry: new URL("./workers/lifecycle.ts", import.meta.url) });
});
afterAll(() => workerd.close());
beforeEach(() => workerd.explainFailure());

test("sendHeaders: the response begins before either side has sent a message", async () => {
  const { body, send, end } = openStream();
  const call = new WatchedCall(workerd);
  const opened = await call.client.open("/test.Stream/Echo", body, call.options);
  expect(opened.response.status).toBe(200);
  expect(opened.response.headers.get("x-greeting")).toBe("hello");
  for (const size of [3, 0, 100_000]) {
    send(frame(pattern(size)));
    expect(await opened.next()).toEqual(pattern(size));
  }
  end();
  expect((await opened.finish()).code).toBe(0);
});

test("a client that sends all before it reads gets the same answers", async () => {
  const call = new WatchedCall(workerd);
  const messages = [pattern(3), pattern(0), pattern(100_000)];
  const answer = await call.client.call("/test.Stream/Echo", messages, call.options);
  expect(answer).toMatchObject({ code: 0, messages });
});

test("context.waitUntil: work goes on after the response is sent and read", async () => {
  const call = new WatchedCall(workerd);
  const answer = await call.client.call("/test.Unary/Background", pattern(3), call.options);
  expect(answer).toMatchObject({ code: 0, messages: [pattern(3)] });
  expect(await call.events()).toEqual(["start"]);
  await call.open();
  expect(await call.until("background")).toEqual(["start", "open", "background"]);
});
