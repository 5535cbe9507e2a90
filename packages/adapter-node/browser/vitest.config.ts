import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** Needs Chromium on the machine, which `npm test` must not; so it stands apart from the workspace's projects. */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  test: {
    name: "browser",
    include: ["**/*.test.ts"],
    pool: "forks",
    testTimeout: 30_000,
    // A browser's first start on a fresh machine takes its time.
    hookTimeout: 60_000,
  },
});
