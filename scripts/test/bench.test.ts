import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { BUDGETS, type CaseBudget, describe as inWords, judge } from "../../bench/src/budgets.ts";
import { CASES } from "../../bench/src/cases/index.ts";
import { drawChart } from "../../bench/src/report/chart.ts";
import { barsOf, withResults } from "../../bench/src/report/page.ts";
import { selfTimes } from "../../bench/src/report/self-times.ts";
import { summarize } from "../../bench/src/summary.ts";
import { frame, frameCompressed, readFrames } from "../../bench/src/wire/frame.ts";
import { CONNECT, GRPC, GRPC_GZIP, GRPC_WEB } from "../../bench/src/wire/protocol.ts";

/** The arithmetic of the benchmark. */

const values = (...rounds: number[]): { value: number }[] => rounds.map((value) => ({ value }));

describe("a summary", () => {
  const lines = summarize({ floor: values(100, 300, 200), railhead: values(50, 300, 150) });

  test("has the median and the extremes of each contender", () => {
    expect(lines[0]).toMatchObject({ contender: "floor", median: 200, min: 100, max: 300 });
  });

  test("compares round with round, not median with median", () => {
    // 0.5, 1 and 0.75; the medians are 150 and 200 as well, the differences -50, 0 and -50.
    expect(lines[0]).toMatchObject({ ratio: 0.75, difference: -50 });
    const skewed = summarize({ floor: values(100, 10, 1), railhead: values(10, 10, 10) });
    expect(skewed[0]).toMatchObject({ median: 10, ratio: 1 });
  });

  test("takes the middle of two", () => {
    expect(summarize({ railhead: values(1, 4) })[0]).toMatchObject({ median: 2.5, ratio: 1 });
  });

  test("keeps rates by the clock apart", () => {
    const samples = { railhead: [1, 2, 9].map((value) => ({ value, perSecond: value * 10 })) };
    expect(summarize(samples)[0]).toMatchObject({ median: 2, perSecond: 20 });
    expect(lines[0]?.perSecond).toBeUndefined();
  });
});

describe("a budget", () => {
  const judged = (budget: CaseBudget, railhead: number, floor = 100) =>
    judge(summarize({ floor: values(floor), railhead: values(railhead) }), budget, 0.05).map(
      ({ isMet, isNear }) => (isMet ? "met" : isNear ? "near" : "missed"),
    );

  test.each([
    [90, "met"],
    [89, "near"],
    [85.5, "near"],
    [85, "missed"],
  ])("of a least ratio: %d of 100 is %s", (railhead, outcome) => {
    expect(judged({ atLeast: { floor: 0.9 } }, railhead)).toEqual([outcome]);
  });

  test.each([
    [150, "met"],
    [157, "near"],
    [158, "missed"],
  ])("of a greatest ratio: %d of 100 is %s", (railhead, outcome) => {
    expect(judged({ atMost: { floor: 1.5 } }, railhead)).toEqual([outcome]);
  });

  test.each([
    [110, "met"],
    [110.5, "near"],
    [110.6, "missed"],
  ])("of a greatest difference: %d to 100 is %s", (railhead, outcome) => {
    expect(judged({ atMostMore: { floor: 10 } }, railhead)).toEqual([outcome]);
  });

  test.each([
    [150, "met"],
    [157, "near"],
    [158, "missed"],
  ])("of a limit: %d is %s", (railhead, outcome) => {
    expect(judged({ limit: 150 }, railhead)).toEqual([outcome]);
  });

  test("is missed when there is no figure", () => {
    expect(judged({ atLeast: { floor: 0.9 } }, Number.NaN)).toEqual(["missed"]);
  });

  test("says how it was kept", () => {
    const lines = summarize({ floor: values(100), railhead: values(80) });
    const verdicts = judge(lines, { atLeast: { floor: 0.9 }, atMostMore: { floor: 5 }, limit: 79 }, 0.05);
    expect(verdicts.map(inWords)).toEqual([
      "0.80 x floor, budget at least 0.9: MISSED",
      "20.0 less than floor, budget at most 5 more: met",
      "80, budget at most 79: missed within the tolerance",
    ]);
  });

  test.each(Object.entries(BUDGETS.cases))(
    "of %s is about a case and contenders that exist",
    (name, budget) => {
      const { atLeast, atMost, atMostMore } = budget;
      for (const contender of Object.keys({ ...atLeast, ...atMost, ...atMostMore })) {
        expect(CASES[name]?.contenders).toContain(contender);
      }
    },
  );
});

test("a profile is told by the time of each function, without idle time and without where packages lie", () => {
  const node = (id: number, functionName: string, url: string) => ({
    id,
    callFrame: { functionName, url, lineNumber: 9 },
  });
  const nodes = [
    node(1, "(idle)", ""),
    node(2, "send", "file:///somewhere/packages/core/dist/send.js"),
    node(3, "", "file:///x/node_modules/.pnpm/@a+b@1/node_modules/@a/b/c.js"),
  ];
  const samples = [1, 2, 3, 2];
  expect(selfTimes({ nodes, samples, timeDeltas: [1000, 10, 25, 65] })).toEqual([
    { place: "send packages/core/dist/send.js:10", share: 0.75 },
    { place: "(anonymous) @a/b/c.js:10", share: 0.25 },
  ]);
});

describe("the page of results", () => {
  const result = {
    title: "a <case>",
    unit: "calls/s",
    load: "h2load",
    plan: { rounds: 2, warmUpSeconds: 1, seconds: 2 },
    samples: { floor: values(100, 200), railhead: values(90, 180), "grpc-js": values(50, 100) },
    endedAt: "2026-11-24T12:00:00.000Z",
    loadAverage: 2.25,
  } as const;
  const page = "before\n<!-- begin: written by `npm run bench -- page` -->\nold\n<!-- end -->\nafter\n";

  test("keeps what stands around the results", () => {
    const text = withResults(page, { unary: result }, "a machine");
    expect(text.startsWith("before\n<!-- begin")).toBe(true);
    expect(text.endsWith("<!-- end -->\nafter\n")).toBe(true);
    expect(text).not.toContain("old");
    // Written twice, it is the same.
    expect(withResults(text, { unary: result }, "a machine")).toBe(text);
  });

  test("tells machine, load, medians, spread, ratios and budgets", () => {
    const text = withResults(page, { unary: result }, "a machine");
    expect(text).toContain(
      "a machine. Measured on 2026-11-24, 2 rounds of 2 s, with a load average of 2.3 to 2.3",
    );
    expect(text).toContain("| 150 ±33 % | 135 ±33 % | 75.0 ±33 % | - | 0.90 x floor, 1.80 x grpc-js |");
    expect(text).toContain("| `unary` | 0.90 x floor | at least 0.88 | yes |");
  });

  test("is refused where it has no place", () => {
    expect(() => withResults("no markers", {}, "a machine")).toThrow("the page lacks");
  });

  test("has a chart in which the floor is 1", () => {
    const groups = barsOf({ unary: result, "cold-start-node": { ...result, unit: "ms" }, gone: result });
    expect(groups).toEqual([
      {
        title: "a <case>",
        bars: [
          { contender: "railhead", ofFloor: 0.9 },
          { contender: "grpc-js", ofFloor: 0.5 },
        ],
      },
    ]);
    expect(drawChart(groups)).toContain("a &#60;case&#62;");
  });
});

describe("an answer", () => {
  const message = Buffer.from("message");
  const reply = { httpStatus: 200, grpcStatus: "0" };

  test("is read frame by frame, gzip or not", () => {
    const body = Buffer.concat([frame(message), frameCompressed(gzipSync(message))]);
    expect(GRPC.messagesOf({ ...reply, body })).toEqual([message, message]);
  });

  test("has to be gzip where that is measured", () => {
    expect(GRPC_GZIP.messagesOf({ ...reply, body: frameCompressed(gzipSync(message)) })).toEqual([message]);
    expect(() => GRPC_GZIP.messagesOf({ ...reply, body: frame(message) })).toThrow("uncompressed");
  });

  test("has to end with an OK", () => {
    expect(() => GRPC.messagesOf({ ...reply, grpcStatus: "13", body: frame(message) })).toThrow(
      "grpc-status 13",
    );
    const trailers = (text: string): Buffer => frame(Buffer.from(text), 0x80);
    const web = (text: string) =>
      GRPC_WEB.messagesOf({ ...reply, body: Buffer.concat([frame(message), trailers(text)]) });
    expect(web("grpc-status: 0\r\n")).toEqual([message]);
    expect(() => web("grpc-status:5\r\n")).toThrow("grpc-status 5");
    expect(() => GRPC_WEB.messagesOf({ ...reply, body: frame(message) })).toThrow("grpc-status none");
    expect(() => CONNECT.messagesOf({ ...reply, httpStatus: 500, body: message })).toThrow("HTTP status 500");
  });

  test("is refused when it ends within a frame", () => {
    for (const length of [5, 6, message.length + 4]) {
      expect(() => readFrames(frame(message).subarray(0, length))).toThrow("ends within a frame");
    }
  });
});
