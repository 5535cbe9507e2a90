import { once } from "node:events";
import http2 from "node:http2";
import { frame, fromJson, Probe, pattern } from "@railhead/contract";
import { expect, onTestFinished, test } from "vitest";
import { expectNoFaults } from "../support/faults.ts";
import { startFixture } from "../support/fixture-server.ts";

expectNoFaults();

const MIB = 1024 * 1024;
const MESSAGE_BYTES = 64 * 1024;
const MESSAGES = 128;

test.each([
  ["1 MiB by default", {}, MIB],
  ["what the option says", { streamWindowBytes: 2 * MIB }, 2 * MIB],
])("an upload that nobody reads stops at its stream's window: %s", async (_, options, windowBytes) => {
  const fixture = await startFixture(options);
  const probe = new Probe(fixture.web);
  const session = http2.connect(fixture.server.url);
  onTestFinished(() => session.destroy());
  // Until then the client goes by the 65,535 bytes of the standard.
  await once(session, "remoteSettings");
  const stream = session.request({
    ":method": "POST",
    ":path": "/contract.Raw/CollectGated",
    "content-type": "application/grpc",
    ...Object.fromEntries(probe.headers),
  });
  const message = frame(pattern(MESSAGE_BYTES));
  let sent = 0;
  const send = (): void => {
    stream.write(message, () => {
      sent++;
      if (sent < MESSAGES) send();
      else stream.end();
    });
  };
  send();
  await probe.until("start");
  // The upload has stopped when many questions and answers in a row see no more of it.
  for (let same = 0, seen = -1; same < 50; same++) {
    await probe.events();
    if (sent !== seen) same = 0;
    seen = sent;
  }
  expect(sent * MESSAGE_BYTES).toBeGreaterThan(windowBytes / 2);
  expect(sent * MESSAGE_BYTES).toBeLessThan(windowBytes + MIB);

  await probe.open();
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  const answer = fromJson(new Uint8Array(Buffer.concat(parts).subarray(5)));
  expect(answer).toEqual({ bytes: MESSAGES * MESSAGE_BYTES });
});
