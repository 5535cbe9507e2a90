import { configDefaults, defineConfig } from "vitest/config";

/** A project per folder of tests. Packages see each other as users do: built, through their `exports`. */
const project = (name: string, ...include: string[]) => ({ extends: true as const, test: { name, include } });

export default defineConfig({
  test: {
    exclude: [...configDefaults.exclude, "**/dist/**"],
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // Servers and streams are this project's business: separate processes keep one suite's sockets from another's.
    pool: "forks",
    maxWorkers: 2,
    projects: [
      project("core", "packages/core/test/**/*.test.ts"),
      project("adapter-node", "packages/adapter-node/test/**/*.test.ts"),
      project("adapter-workers", "packages/adapter-workers/test/**/*.test.ts"),
      project("adapter-hono", "packages/adapter-hono/test/**/*.test.ts"),
      project("adapter-lambda", "packages/adapter-lambda/test/**/*.test.ts"),
      project("lambda-local", "packages/lambda-local/test/**/*.test.ts"),
      project("examples", "examples/*/test/**/*.test.ts"),
      project("docs", "docs/**/*.test.ts"),
      project("conformance", "conformance/test/**/*.test.ts"),
      project("scripts", "scripts/test/**/*.test.ts"),
    ],
  },
});
