import { afterAll, beforeAll, describe } from "vitest";
import { backpressure } from "./cases/backpressure.ts";
import { badInput } from "./cases/bad-input.ts";
import { cancellation } from "./cases/cancellation.ts";
import { compression } from "./cases/compression.ts";
import { connect } from "./cases/connect.ts";
import { deadlines } from "./cases/deadlines.ts";
import { errors } from "./cases/errors.ts";
import { http } from "./cases/http.ts";
import { kinds } from "./cases/kinds.ts";
import { limits } from "./cases/limits.ts";
import { metadata } from "./cases/metadata.ts";
import { parallel } from "./cases/parallel.ts";
import { transcripts } from "./cases/transcripts.ts";
import type { ContractHarness } from "./harness.ts";
import { Suite } from "./suite.ts";

const GROUPS = [
  kinds,
  metadata,
  errors,
  http,
  connect,
  badInput,
  limits,
  deadlines,
  compression,
  cancellation,
  backpressure,
  parallel,
  transcripts,
];

/** Runs the whole contract against one adapter. Call it at the top of a test file. */
export function defineContract(name: string, harness: ContractHarness): void {
  describe(`contract: ${name}`, () => {
    const suite = new Suite(harness);
    beforeAll(() => suite.begin());
    afterAll(() => suite.end());
    for (const group of GROUPS) group(suite);
  });
}
