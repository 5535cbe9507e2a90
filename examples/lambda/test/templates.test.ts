import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const secondsIn = { "template.yaml": /^ {4}Timeout: (\d+)$/m, "main.tf": /^ {2}timeout += (\d+)$/m };

test.each(Object.entries(secondsIn))(
  "%s: what stands before the function is more patient than the function, which tells its clients of its end",
  (file, seconds) => {
    const text = readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
    const functionMs = Number(seconds.exec(text)?.[1]) * 1000;
    const integrationMs = Number(/timeoutInMillis(?: =|:) (\d+)/.exec(text)?.[1]);
    expect(integrationMs).toBeGreaterThan(functionMs);
    expect(text.match(/responseTransferMode/g)?.length).toBe(1);
    expect(text).toContain("RESPONSE_STREAM");
  },
);
