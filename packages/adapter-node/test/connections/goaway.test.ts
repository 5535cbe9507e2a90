import { frame, Probe, pattern } from "@railhead/contract";
import { expect, test } from "vitest";
import { expectNoFaults } from "../support/faults.ts";
import { expectHealthy, startFixture } from "../support/fixture-server.ts";
import {
  callHeaders,
  DATA,
  END_HEADERS,
  END_STREAM,
  GOAWAY,
  HEADERS,
  h2Frame,
  PREFACE,
  RawH2,
} from "../support/raw-h2.ts";

expectNoFaults();

test("behind GOAWAY the call in flight is answered, a new one is not, and a new connection takes it", async () => {
  const fixture = await startFixture({ maxConnectionAgeMs: 100 });
  const probe = new Probe(fixture.web);
  const late = new Probe(fixture.web);
  const client = await new RawH2(fixture.port).connected();
  const gated = callHeaders("/contract.Raw/Gated", probe.headers);
  const body = frame(pattern(7));
  await client.send(PREFACE, h2Frame(HEADERS, END_HEADERS, 1, gated), h2Frame(DATA, END_STREAM, 1, body));
  const { payload } = await client.untilFrame(({ type }) => type === GOAWAY);
  const lastServed = payload.readUInt32BE(0);
  expect(lastServed).toBe(1);
  const hang = callHeaders("/contract.Raw/Hang", late.headers);
  await client.send(h2Frame(HEADERS, END_HEADERS, 3, hang), h2Frame(DATA, END_STREAM, 3, body));
  await probe.open();
  const answer = await client.untilFrame(({ type, stream }) => type === DATA && stream === 1);
  expect(new Uint8Array(answer.payload)).toEqual(body);
  await client.ended();
  expect(client.frames.some(({ type, stream }) => stream === 3 && type === HEADERS)).toBe(false);
  expect(await late.events()).toEqual([]);
  await expectHealthy(fixture);
});
