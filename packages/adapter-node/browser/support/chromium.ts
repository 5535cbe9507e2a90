import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Nothing but the pages under test: no look-ups of the browser's own, no GPU, no sandbox (which root cannot have). */
const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** @throws Error with what to do when the machine has no Chromium */
export async function launchChromium(): Promise<Browser> {
  if (!existsSync(EXECUTABLE)) {
    throw new Error(
      `these tests need Chromium at ${EXECUTABLE}: install Debian's package "chromium", or set CHROMIUM to another`,
    );
  }
  return chromium.launch({ executablePath: EXECUTABLE, headless: true, args: ARGS });
}
