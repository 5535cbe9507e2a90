import { InvokeCommand } from "@aws-sdk/client-lambda";
import { expect, test } from "vitest";
import { clientOf, invoke } from "./support/client.ts";
import { open, send } from "./support/http.ts";
import { describeWithRuntime, start } from "./support/runtime.ts";

const MB = 1024 * 1024;

describeWithRuntime("limits of Lambda", () => {
  test("an event has 6 MB", async () => {
    await using lambda = await start("size.mjs");
    // With its quotation marks.
    expect((await invoke(lambda, "x".repeat(6 * MB - 2))).result).toBe(6 * MB - 2);
    await expect(invoke(lambda, "x".repeat(6 * MB - 1))).rejects.toMatchObject({
      name: "RequestTooLargeException",
      $metadata: { httpStatusCode: 413 },
    });
  });

  test("a request has what its event leaves of them", async () => {
    await using lambda = await start("length.mjs");
    const post = async (
      front: "functionUrl" | "httpApi" | "restApi",
      bytes: number,
      type: string,
    ): Promise<number> =>
      (await send(lambda.urls[front], { headers: ["content-type", type], body: Buffer.alloc(bytes, "x") }))
        .status;
    expect(await post("functionUrl", 6 * MB - 10_000, "text/plain")).toBe(200);
    expect(await post("functionUrl", 6 * MB, "text/plain")).toBe(413);
    expect(await post("functionUrl", 6 * MB + 1, "text/plain")).toBe(413);
    // In base64.
    expect(await post("functionUrl", 4.4 * MB, "application/proto")).toBe(200);
    expect(await post("functionUrl", 4.6 * MB, "application/proto")).toBe(413);
    expect(await post("httpApi", 6 * MB, "text/plain")).toBe(413);
    expect(await post("restApi", 10 * MB + 1, "text/plain")).toBe(413);
  });

  test("a whole response has 6 MB and 100 bytes", async () => {
    await using lambda = await start("size.mjs");
    expect((await invoke(lambda, { bytes: 6 * MB + 100 })).result).toHaveLength(6 * MB + 98);
    expect(await invoke(lambda, { bytes: 6 * MB + 101 })).toEqual({
      error: "Unhandled",
      result: {
        errorType: "Function.ResponseSizeTooLarge",
        errorMessage: "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
      },
    });
    await lambda.logged(/^RequestId: \S+ Error: Response payload size .* Function\.ResponseSizeTooLarge$/);
    expect((await invoke(lambda, "x")).result).toBe(1);
  });

  test("so has a streamed one that is asked for whole", async () => {
    await using lambda = await start("stream-size.mjs", { timeoutMs: 30_000 });
    using client = clientOf(lambda);
    const ask = async (bytes: number) => {
      const Payload = JSON.stringify({ rawQueryString: String(bytes) });
      return client.send(new InvokeCommand({ FunctionName: lambda.functionName, Payload }));
    };
    expect((await ask(6 * MB + 100)).Payload?.length).toBe(6 * MB + 100);
    const refused = await ask(6 * MB + 101);
    expect(refused.FunctionError).toBe("Unhandled");
    expect(refused.Payload?.transformToString()).toContain("Function.ResponseSizeTooLarge");
    // This one would not understand any stream.
    expect((await send(`${lambda.urls.httpApi}/?${7 * MB}`)).status).toBe(500);
    await lambda.logged(/^GET \/: bad response of the function: it has more than 6291556 bytes$/);
  });

  test("a streamed response has 200 MB", { timeout: 60_000 }, async () => {
    await using lambda = await start("stream-size.mjs", { timeoutMs: 30_000 });
    const received = async (bytes: number): Promise<{ received: number; isComplete: boolean }> => {
      const response = await open(`${lambda.url}/?${bytes}`);
      let received = 0;
      response.on("data", (chunk: Buffer) => {
        received += chunk.length;
      });
      response.on("error", () => {});
      await new Promise((resolve) => response.once("close", resolve));
      return { received, isComplete: response.complete };
    };
    expect(await received(200 * MB)).toEqual({ received: 200 * MB, isComplete: true });
    expect(await received(201 * MB)).toMatchObject({ isComplete: false });
    expect(await received(1)).toEqual({ received: 1, isComplete: true });
  });

  test("a slow reader holds the function up", async () => {
    await using lambda = await start("stream-size.mjs", { timeoutMs: 15_000 });
    const response = await open(`${lambda.url}/?${64 * MB}`);
    response.pause();
    // Were nothing to hold it up, it would be done in a fraction of that.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(lambda.lines.filter((line) => line.startsWith("END"))).toEqual([]);
    let received = 0;
    for await (const chunk of response) received += chunk.length;
    expect(received).toBe(64 * MB);
    await lambda.logged(/^END/);
  });
});
