import { createFixture } from "@railhead/contract";
import { expect, onTestFinished, test } from "vitest";
import { serve } from "../../src/server.ts";
import { expectNoFaults } from "../support/faults.ts";
import {
  callHeaders,
  DATA,
  END_HEADERS,
  HEADERS,
  h2Frame,
  PING,
  PREFACE,
  RawH2,
  WINDOW_UPDATE,
} from "../support/raw-h2.ts";

expectNoFaults();

const WINDOW = 64 * 1024;
const PADDED = 0x8;

test("padding opens the window of its stream again, as content does", async () => {
  const { service, options } = createFixture();
  const server = await serve(service, { ...options, host: "127.0.0.1", port: 0, streamWindowBytes: WINDOW });
  onTestFinished(() => server.close());
  const client = await new RawH2(server.port).connected();
  await client.send(PREFACE, h2Frame(HEADERS, END_HEADERS, 1, callHeaders("/contract.Raw/Collect")));
  // One byte of content in each.
  const data = h2Frame(DATA, PADDED, 1, Buffer.concat([Buffer.from([255]), Buffer.alloc(1 + 255)]));
  const count = Math.floor(WINDOW / 257);
  await client.send(...Array<Buffer>(count).fill(data), h2Frame(PING, 0, 0, Buffer.from("the last")));
  await client.until((received) => received.includes("the last"));
  const opened = client.frames
    .filter(({ type, stream }) => type === WINDOW_UPDATE && stream === 1)
    .reduce((sum, { payload }) => sum + payload.readUInt32BE(), 0);
  expect(opened).toBeGreaterThanOrEqual(WINDOW / 2);
});
