import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { httpDate } from "../../src/http2/date.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

test.each([
  ["1994-11-06T08:49:37.000Z", "Sun, 06 Nov 1994 08:49:37 GMT"],
  ["1994-11-06T08:49:37.999Z", "Sun, 06 Nov 1994 08:49:37 GMT"],
  ["1994-11-06T08:49:38.000Z", "Sun, 06 Nov 1994 08:49:38 GMT"],
  ["2024-02-29T23:59:59.500Z", "Thu, 29 Feb 2024 23:59:59 GMT"],
  ["1994-11-06T08:49:37.000Z", "Sun, 06 Nov 1994 08:49:37 GMT"],
])("%s is %s", (time, text) => {
  vi.setSystemTime(new Date(time));
  expect(httpDate()).toBe(text);
  expect(httpDate()).toBe(text);
});

test("it is written once a second", () => {
  const write = vi.spyOn(Date.prototype, "toUTCString");
  onTestFinished(() => write.mockRestore());
  vi.setSystemTime(new Date("2001-01-01T00:00:00.100Z"));
  for (let times = 0; times < 3; times++) httpDate();
  expect(write).toHaveBeenCalledTimes(1);
  vi.setSystemTime(new Date("2001-01-01T00:00:01.100Z"));
  httpDate();
  expect(write).toHaveBeenCalledTimes(2);
});
