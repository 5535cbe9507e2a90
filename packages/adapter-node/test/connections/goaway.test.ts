import { frame, Probe, pattern } from "@railhead/contract";
import { expect, test } from "vitest";
import { expectNoFaults } from "../support/faults.ts";
import { expectHealthy, startFixture } from "../support/fixture-server.ts";
import {
  ACK,
  callHeaders,
  DATA,
  END_HEADERS,
  END_STREAM,
  GOAWAY,
  type H2Frame,
  HEADERS,
  h2Frame,
  PING,
  PREFACE,
  RawH2,
} from "../support/raw-h2.ts";

expectNoFaults();

const ALL_STREAMS = 2 ** 31 - 1;
const BODY = frame(pattern(7));

function call(stream: number, path: string, probe?: Probe): Buffer {
  return Buffer.concat([
    h2Frame(HEADERS, END_HEADERS, stream, callHeaders(path, probe?.headers)),
    h2Frame(DATA, END_STREAM, stream, BODY),
  ]);
}

const isGoaway = ({ type }: H2Frame): boolean => type === GOAWAY;
const isAnswer =
  (id: number) =>
  ({ type, stream }: H2Frame): boolean =>
    type === DATA && stream === id;

/** The last streams that GOAWAY has named so far. */
function lastStreams(client: RawH2): number[] {
  return client.frames.filter(isGoaway).map(({ payload }) => payload.readUInt32BE(0));
}

/** A connection with a call in flight that has become old: GOAWAY has been announced. */
async function oldConnection() {
  const fixture = await startFixture({ maxConnectionAgeMs: 100 });
  const probe = new Probe(fixture.web);
  const client = await new RawH2(fixture.port).connected();
  await client.send(PREFACE, call(1, "/contract.Raw/Gated", probe));
  await client.untilFrame(isGoaway);
  expect(lastStreams(client)).toEqual([ALL_STREAMS]);
  return { fixture, probe, client };
}

test("a call that crosses the announcement is served, one behind GOAWAY is not", async () => {
  const { fixture, probe, client } = await oldConnection();
  const late = new Probe(fixture.web);
  const { payload } = await client.untilFrame(({ type }) => type === PING);
  await client.send(call(3, "/contract.Raw/Echo"));
  await client.untilFrame(isAnswer(3));
  await client.send(h2Frame(PING, ACK, 0, payload));
  await client.until(() => lastStreams(client).length === 2);
  expect(lastStreams(client)).toEqual([ALL_STREAMS, 3]);
  await client.send(call(5, "/contract.Raw/Hang", late));
  await probe.open();
  const answer = await client.untilFrame(isAnswer(1));
  expect(new Uint8Array(answer.payload)).toEqual(BODY);
  await client.ended();
  expect(client.frames.filter(({ stream }) => stream === 5)).toEqual([]);
  expect(await late.events()).toEqual([]);
  await expectHealthy(fixture);
});

test("a client that does not answer the ping is told to go all the same", async () => {
  const { probe, client } = await oldConnection();
  await client.until(() => lastStreams(client).length === 2);
  expect(lastStreams(client)).toEqual([ALL_STREAMS, 1]);
  await probe.open();
  await client.untilFrame(isAnswer(1));
  await client.ended();
});
