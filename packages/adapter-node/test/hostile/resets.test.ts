import { ContractClient, fetchTransport, frame, Probe, pattern, toJson } from "@railhead/contract";
import { describe, expect, test } from "vitest";
import { expectNoFaults } from "../support/faults.ts";
import { expectHealthy, type FixtureServer, startFixture } from "../support/fixture-server.ts";
import {
  ACK,
  CANCEL,
  callHeaders,
  DATA,
  END_HEADERS,
  END_STREAM,
  GOAWAY,
  HEADERS,
  h2Frame,
  PING,
  PREFACE,
  RawH2,
  rst,
  SETTINGS,
} from "../support/raw-h2.ts";

expectNoFaults();

const EMPTY = new Uint8Array(0);

/** How a client breaks off. */
const WAYS: Readonly<Record<string, (client: RawH2) => Promise<void> | void>> = {
  "RST_STREAM CANCEL": (client) => client.send(rst(1, CANCEL)),
  "RST_STREAM NO_ERROR": (client) => client.send(rst(1, 0)),
  "RST_STREAM INTERNAL_ERROR": (client) => client.send(rst(1, 2)),
  "TCP RST": (client) => void client.socket.resetAndDestroy(),
  "TCP FIN": (client) => void client.socket.end(),
};

/** Points of a call: the method, what the client sends, and what it waits for before it breaks off. */
const POINTS: Readonly<
  Record<string, { method: string; data: readonly Uint8Array[]; ends?: true; until: string; data0?: true }>
> = {
  "after the headers": { method: "Collect", data: [], until: "start" },
  "inside a message header": { method: "Collect", data: [frame(EMPTY).subarray(0, 3)], until: "start" },
  "inside a message": { method: "Collect", data: [frame(pattern(100)).subarray(0, 50)], until: "start" },
  "between messages": { method: "Collect", data: [frame(pattern(100))], until: "message" },
  "in a bidi call": { method: "Chat", data: [frame(pattern(100))], until: "start", data0: true },
  "after the request's end": { method: "Hang", data: [frame(EMPTY)], ends: true, until: "start" },
  "during the response stream": {
    method: "HangAfterOne",
    data: [frame(EMPTY)],
    ends: true,
    until: "start",
    data0: true,
  },
  "while the response is held back": {
    method: "Endless",
    data: [frame(toJson({ bytes: 200_000 }))],
    ends: true,
    until: "yield",
    data0: true,
  },
  "while the request is held back": {
    method: "CollectGated",
    data: Array.from({ length: 60 }, () => frame(pattern(16_000))),
    until: "start",
  },
};

async function openCall(fixture: FixtureServer, point: keyof typeof POINTS): Promise<[RawH2, Probe]> {
  const { method, data, ends, until, data0 } = POINTS[point] ?? { method: "", data: [], until: "" };
  const probe = new Probe(fixture.web);
  const client = await new RawH2(fixture.port).connected();
  await client.send(
    PREFACE,
    h2Frame(HEADERS, END_HEADERS, 1, callHeaders(`/contract.Raw/${method}`, probe.headers)),
    ...data.map((piece) => h2Frame(DATA, 0, 1, piece)),
    ...(ends ? [h2Frame(DATA, END_STREAM, 1)] : []),
  );
  await probe.until(until);
  if (data0) await client.untilFrame(({ type }) => type === DATA);
  return [client, probe];
}

describe.each(Object.keys(POINTS))("a client breaks off %s", (point) => {
  test.each(Object.keys(WAYS))("by %s", async (way) => {
    const fixture = await startFixture();
    const [client, probe] = await openCall(fixture, point);
    await WAYS[way]?.(client);
    await probe.until("finally");
    const events = await probe.until("abort CANCELLED");
    expect(events).not.toContain("end of request");
    await expectHealthy(fixture);
  });
});

describe("all in the first packet", () => {
  const paths = ["/contract.Raw/Collect", "/contract.Raw/Echo", "/no.Service/Method", "no-path"];
  const cases = paths.flatMap((path) =>
    [[], [["expect", "100-continue"]] as const].flatMap((more) =>
      [CANCEL, 0].map((code) => ({ path, code, more, expects: more.length > 0 })),
    ),
  );

  test.each(cases)("$path reset with code $code, expect: $expects", async ({ path, code, more }) => {
    const fixture = await startFixture();
    const client = await new RawH2(fixture.port).connected();
    await client.send(PREFACE, h2Frame(HEADERS, END_HEADERS, 1, callHeaders(path, more)), rst(1, code));
    await expectHealthy(fixture);
  });

  test.each([CANCEL, 0])("a reset request is not a complete one (code %i)", async (code) => {
    const fixture = await startFixture();
    const probe = new Probe(fixture.web);
    const client = await new RawH2(fixture.port).connected();
    const headers = callHeaders("/contract.Raw/Collect", probe.headers);
    await client.send(PREFACE, h2Frame(HEADERS, END_HEADERS, 1, headers), rst(1, code));
    const events = await probe.until("finally");
    expect(events).toContain("abort CANCELLED");
    expect(events).not.toContain("end of request");
  });

  test("a reset in the same packet as the request's end is no end", async () => {
    // What Node's own client sends, and so grpc-js, when a client stream is cancelled.
    const fixture = await startFixture();
    const probe = new Probe(fixture.web);
    const client = await new RawH2(fixture.port).connected();
    const headers = callHeaders("/contract.Raw/Collect", probe.headers);
    await client.send(PREFACE, h2Frame(HEADERS, END_HEADERS, 1, headers), h2Frame(DATA, 0, 1, frame(EMPTY)));
    await probe.until("message");
    await client.send(h2Frame(DATA, END_STREAM, 1), rst(1, CANCEL));
    const events = await probe.until("finally");
    expect(events).toContain("abort CANCELLED");
    expect(events).not.toContain("end of request");
  });
});

describe("HTTP/1.1 clients that leave", () => {
  const head = (path: string, probe: Probe, framing: string): string =>
    `POST /contract.Raw/${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/grpc-web\r\n${probe.headers
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join("")}${framing}\r\n\r\n`;

  test.each([
    ["after the headers", "Collect", "content-length: 500", EMPTY, "start"],
    ["inside a chunk", "Collect", "transfer-encoding: chunked", Buffer.from("ff\r\n\0\0\0"), "start"],
    ["inside a message", "Collect", "content-length: 500", frame(pattern(600)).subarray(0, 400), "start"],
    ["after the request's end", "Hang", "content-length: 5", frame(EMPTY), "start"],
    [
      "while the response is held back",
      "Endless",
      "content-length: 16",
      frame(toJson({ bytes: 9 })),
      "yield",
    ],
  ] as const)("%s", async (_, path, framing, body, until) => {
    // The FIN of a peer that does not read is not seen before the response is sent, and is no farewell either.
    const ways = path === "Endless" ? ["TCP RST"] : ["TCP RST", "TCP FIN"];
    for (const way of ways) {
      const fixture = await startFixture();
      const probe = new Probe(fixture.web);
      const client = await new RawH2(fixture.port, { reads: path !== "Endless" }).connected();
      await client.send(head(path, probe, framing), body);
      await probe.until(until);
      await WAYS[way]?.(client);
      await probe.until("abort CANCELLED");
      expect(await probe.until("finally")).not.toContain("end of request");
      await expectHealthy(fixture);
    }
  });
});

test("a flood of resets harms at most its own connection", async () => {
  const fixture = await startFixture();
  const client = await new RawH2(fixture.port).connected();
  await client.send(PREFACE);
  for (let id = 1; id < 6000 && !client.socket.destroyed; id += 2) {
    await client.send(
      h2Frame(HEADERS, END_HEADERS, id, callHeaders("/contract.Raw/Collect", [["x-call", "flood"]])),
      rst(id, CANCEL),
    );
  }
  client.socket.end();
  await client.closed;
  const probe = new Probe(fixture.web, "flood");
  const events = await probe.events();
  await probe.settled("finally");
  expect((await probe.events()).filter((event) => event === "finally").length).toBe(
    events.filter((event) => event === "start").length,
  );
  await expectHealthy(fixture);
});

describe("calls that a client cancels one after another", () => {
  /** Cancels so many calls and tells whether the server has closed the connection for it. */
  async function cancelCalls(fixture: FixtureServer, count: number): Promise<boolean> {
    const client = await new RawH2(fixture.port).connected();
    await client.send(PREFACE);
    for (let id = 1; id < 2 * count && !client.socket.destroyed; id += 2) {
      await client.send(
        h2Frame(HEADERS, END_HEADERS, id, callHeaders("/contract.Raw/Collect")),
        rst(id, CANCEL),
      );
    }
    // Answered last, by a connection that is still there.
    await client.send(h2Frame(PING, 0, 0, new Uint8Array(8)));
    const { type } = await client.untilFrame(
      ({ type, flags }) => type === GOAWAY || (type === PING && flags === ACK),
    );
    await expectHealthy(fixture);
    return type === GOAWAY;
  }

  test("are allowed in thousands: deadlines pass together", async () => {
    expect(await cancelCalls(await startFixture(), 4000)).toBe(false);
  });

  test.each([
    [20, false],
    // A reset that arrives along with others may not count.
    [100, true],
  ])("%i of them where 20 are allowed: closed %s", async (count, isClosed) => {
    const fixture = await startFixture({ streamResets: { burst: 20, perSecond: 1 } });
    expect(await cancelCalls(fixture, count)).toBe(isClosed);
  });
});

test("resets of responses under way do not wear a connection out", async () => {
  const fixture = await startFixture();
  for (let round = 0; round < 100; round++) {
    const leave = new AbortController();
    const body = frame(toJson({ bytes: 2 * 1024 * 1024 }));
    const call = await fixture.grpc.open("/contract.Raw/Produce", body, { signal: leave.signal });
    leave.abort();
    await expect(call.finish()).rejects.toThrow();
  }
  expect((await fixture.grpc.call("/contract.Raw/Echo", pattern(10))).code).toBe(0);
});

test("a client that opens more streams than allowed is refused them, no more", async () => {
  const fixture = await startFixture({ maxConcurrentStreams: 3 });
  const client = await new RawH2(fixture.port).connected();
  const headers = callHeaders("/contract.Raw/Hang");
  await client.send(
    PREFACE,
    ...[1, 3, 5, 7, 9].map((id) => h2Frame(HEADERS, END_HEADERS | END_STREAM, id, headers)),
  );
  await expectHealthy(fixture);
  expect(client.frames.some(({ type }) => type === GOAWAY)).toBe(false);
});

test("a client that cancels all its calls and makes as many new ones keeps its connection", async () => {
  const count = 200;
  const fixture = await startFixture({ maxConcurrentStreams: count });
  const client = await new RawH2(fixture.port).connected();
  const idsOf = (round: number): number[] =>
    Array.from({ length: count }, (_, at) => 2 * (round * count + at) + 1);
  const open = (ids: readonly number[], method: string): Buffer[] =>
    ids.map((id) => h2Frame(HEADERS, END_HEADERS | END_STREAM, id, callHeaders(`/contract.Raw/${method}`)));
  await client.send(PREFACE);
  await client.untilFrame(({ type }) => type === SETTINGS);
  await client.send(h2Frame(SETTINGS, ACK, 0), ...open(idsOf(0), "Hang"));
  // Node counts streams that are closed until its event loop turns, and refuses new ones instead of them.
  await client.send(...idsOf(0).map((id) => rst(id, CANCEL)), ...open(idsOf(1), "Hang"));
  await client.send(h2Frame(PING, 0, 0, Buffer.alloc(8)));
  await client.untilFrame(({ type, flags }) => type === PING && flags === ACK);
  await client.send(...idsOf(1).map((id) => rst(id, CANCEL)));
  await client.send(h2Frame(PING, 0, 0, Buffer.alloc(8, 1)));
  await client.untilFrame(({ type, payload }) => type === PING && payload[0] === 1);
  const [last = 0] = idsOf(2);
  await client.send(...open([last], "Echo"));
  await client.untilFrame(({ type, stream }) => type === HEADERS && stream === last);
  expect(client.frames.some(({ type }) => type === GOAWAY)).toBe(false);
});

test("a client of HTTP/1.1 that pipelines gets its answers in order", async () => {
  const fixture = await startFixture();
  const client = await new RawH2(fixture.port).connected();
  const one = (size: number): Buffer =>
    Buffer.concat([
      Buffer.from(
        `POST /contract.Raw/Echo HTTP/1.1\r\nhost: x\r\ncontent-type: application/grpc-web\r\ncontent-length: ${5 + size}\r\n\r\n`,
      ),
      frame(new Uint8Array(size).fill(0x41)),
    ]);
  await client.send(one(10), one(20), one(30));
  const text = await client.until((bytes) => bytes.toString("latin1").split("grpc-status:0").length === 4);
  expect(
    text
      .toString("latin1")
      .match(/A{2,}/g)
      ?.map(({ length }) => length),
  ).toEqual([10, 20, 30]);
});

// Keeps the client that `fetch` pools from being the only one that is tried.
test("a new client is served after others were cut", async () => {
  const fixture = await startFixture();
  for (let round = 0; round < 20; round++) {
    const client = await new RawH2(fixture.port).connected();
    client.socket.resetAndDestroy();
  }
  const answer = await new ContractClient(fixture.server.url, fetchTransport, "grpc-web-text").call(
    "/contract.Raw/Echo",
    EMPTY,
  );
  expect(answer.code).toBe(0);
});
