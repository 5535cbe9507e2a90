import { frame, fromJson, Probe } from "@railhead/contract";
import { expect, test } from "vitest";
import { expectNoFaults } from "../support/faults.ts";
import { startFixture } from "../support/fixture-server.ts";

expectNoFaults();

test("plain fetch gets a server stream message by message", async () => {
  const { server, web } = await startFixture();
  const probe = new Probe(web);
  const response = await fetch(`${server.url}/contract.Raw/Steps`, {
    method: "POST",
    headers: [
      ["content-type", "application/grpc-web+proto"],
      ...probe.headers.map((header): [string, string] => [...header]),
    ],
    body: frame(new Uint8Array(0)).slice(),
  });
  expect(response.status).toBe(200);
  const reader = response.body?.getReader();
  const first = (await reader?.read())?.value ?? new Uint8Array(0);
  // All of the first message is here, and the handler has not been allowed to give the second.
  expect(fromJson(first.subarray(5))).toEqual({ step: 1 });
  expect(await probe.events()).not.toContain("opened");
  await probe.open();
  const rest: number[] = [];
  for (let step = await reader?.read(); step?.done === false; step = await reader?.read())
    rest.push(...step.value);
  const text = Buffer.from(rest).toString();
  expect(text).toContain('{"step":2}');
  expect(text).toContain("grpc-status:0\r\n");
});

test("plain fetch that stops reading cancels the call", async () => {
  const { server, web } = await startFixture();
  const probe = new Probe(web);
  const response = await fetch(`${server.url}/contract.Raw/Steps`, {
    method: "POST",
    headers: [
      ["content-type", "application/grpc-web"],
      ...probe.headers.map((header): [string, string] => [...header]),
    ],
    body: frame(new Uint8Array(0)).slice(),
  });
  await probe.until("waiting");
  await response.body?.cancel();
  await probe.until("abort CANCELLED");
});
