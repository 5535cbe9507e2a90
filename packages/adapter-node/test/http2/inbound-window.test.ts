import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InboundWindow } from "../../src/http2/inbound-window.ts";

const FIRST = 65_535;

/** Takes so many bytes and not one more. */
function expectLeft(window: InboundWindow, bytes: number): void {
  expect(window.take(bytes)).toBe(true);
  expect(window.take(1)).toBe(false);
}

describe("a stream's window", () => {
  test.each([
    ["is that of the settings once they are known", 1000, true, 1000],
    ["is that of the beginning before, if that is larger", 1000, false, FIRST],
    ["is that of the settings before, if that is larger", 100_000, false, 100_000],
    ["can be nothing", 0, true, 0],
  ])("%s", (_, size, isKnown, left) => {
    expectLeft(InboundWindow.ofStream(size, isKnown), left);
  });

  test("opens by what was read, from half of it on", () => {
    const window = InboundWindow.ofStream(1000, true);
    window.take(1000);
    expect(window.release(499)).toBe(0);
    expect(window.take(1)).toBe(false);
    window.take(-1);
    expect(window.release(1)).toBe(500);
    expect(window.release(499)).toBe(0);
    expect(window.release(200)).toBe(699);
  });

  test("takes as much as it was opened by", () => {
    const window = InboundWindow.ofStream(1000, true);
    window.take(1000);
    window.release(600);
    expectLeft(window, 600);
  });

  test("grows with the settings at once", () => {
    const window = InboundWindow.ofStream(1000, true);
    window.grow(3000, true);
    expect(window.release(1499)).toBe(0);
    expectLeft(window, 3000);
    expect(window.release(1)).toBe(1500);
  });
});

describe("the connection's window", () => {
  test("is that of the beginning, until the client is told of more", () => {
    const window = InboundWindow.ofConnection(FIRST * 3);
    expectLeft(window, FIRST);
  });

  test.each([
    ["half of it", FIRST * 2, FIRST],
    ["more", FIRST * 3, FIRST * 2],
    ["no more", FIRST, 0],
    ["less", 1000, 0],
    ["a sixteenth of it", FIRST + FIRST / 15, FIRST / 15],
    ["less than a sixteenth of it", FIRST + FIRST / 15 - 1, 0],
  ])("the client is told in the beginning when it may send %s beyond", (_, size, opened) => {
    const window = InboundWindow.ofConnection(size);
    expect(window.release(0)).toBe(opened);
    expectLeft(window, FIRST + opened);
  });

  test("of a smaller one, the client has to use up what is too much", () => {
    const window = InboundWindow.ofConnection(1000);
    expect(window.release(FIRST - 1000)).toBe(0);
    expect(window.release(62)).toBe(0);
    expect(window.release(1)).toBe(63);
    expect(window.release(500)).toBe(500);
  });

  test("grows by what the client is told next", () => {
    const window = InboundWindow.ofConnection(FIRST);
    window.grow(FIRST * 3, false);
    expect(window.take(FIRST + 1)).toBe(false);
    window.take(-1);
    expect(window.release(0)).toBe(FIRST * 2);
    expectLeft(window, FIRST * 2);
  });
});

test("a client that keeps to its window is never refused, and can always go on once all is read", () => {
  const step = fc.record({ sent: fc.nat(200_000), read: fc.nat(200_000) });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300_000 }), fc.array(step), (size, steps) => {
      const window = InboundWindow.ofConnection(size);
      let clientHas = FIRST + window.release(0);
      let unread = 0;
      for (const { sent, read } of steps) {
        const bytes = Math.min(sent, clientHas);
        clientHas -= bytes;
        unread += bytes;
        expect(window.take(bytes)).toBe(true);
        const taken = Math.min(read, unread);
        unread -= taken;
        clientHas += window.release(taken);
        expect(clientHas + unread).toBeLessThanOrEqual(Math.max(size, FIRST));
      }
      // Whatever some calls leave unread, the others have the rest of the window but for a sixteenth.
      expect(clientHas + unread).toBeGreaterThan((size * 15) / 16 - 1);
      clientHas += window.release(unread);
      expect(clientHas).toBeGreaterThan((size * 15) / 16 - 1);
    }),
  );
});
