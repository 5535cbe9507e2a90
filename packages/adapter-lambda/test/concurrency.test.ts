import { gzipSync } from "node:zlib";
import { frame, pattern, toJson } from "@railhead/contract";
import { expect, test } from "vitest";
import { clientOf } from "./support/calls.ts";
import { describeWithRuntime, startFunction } from "./support/runtime.ts";

describeWithRuntime.each(["stream", "buffered"])("many invocations in one process, %s", (mode) => {
  test("each gets its own answer, and none another's failure", async () => {
    await using lambda = await startFunction("traps.ts", {
      maxEnvironments: 1,
      maxConcurrency: 32,
      env: { MODE: mode, AWS_LAMBDA_NODEJS_WORKER_COUNT: "1" },
      timeoutMs: 10_000,
    });
    const client = clientOf(lambda.url);
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        index === 42
          ? client.call("/contract.Raw/Fail", toJson({ failure: "plain" }))
          : client.call("/contract.Raw/Count", toJson({ count: 3, bytes: index * 10 }), {
              headers: [["x-call", String(index)]],
            }),
      ),
    );
    for (const [index, answer] of answers.entries()) {
      if (index === 42) expect(answer.code).toBe(13);
      else expect(answer).toMatchObject({ code: 0, messages: Array(3).fill(pattern(index * 10)) });
    }
  });

  test("compression does not wait for threads that wait for invocations", async () => {
    // So many workers leave libuv's pool, of 4 threads, none for anybody else.
    await using lambda = await startFunction("traps.ts", {
      maxEnvironments: 1,
      maxConcurrency: 16,
      env: { MODE: mode, AWS_LAMBDA_NODEJS_WORKER_COUNT: "8" },
      timeoutMs: 5000,
    });
    const client = clientOf(lambda.url);
    for (const encoding of ["gzip", "deflate", "br", "zstd"]) {
      const produced = await client.call("/contract.Raw/Produce", toJson({ bytes: 5000 }), {
        acceptEncoding: encoding,
      });
      expect(produced.code, produced.message).toBe(0);
      expect(produced.headers.get("grpc-encoding")).toBe(encoding);
      expect(produced.flags).toEqual([1]);
    }
    const message = frame(gzipSync(pattern(5000)), 1);
    const echoed = await client.callRaw("/contract.Raw/Echo", message, { encoding: "gzip" });
    expect(echoed).toMatchObject({ code: 0, messages: [pattern(5000)] });
  });
});
