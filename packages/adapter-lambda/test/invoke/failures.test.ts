import { type Client, Code, ConnectError, createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-web";
import { createLambdaFetch } from "@railhead/adapter-lambda";
import { frame, pattern, toJson } from "@railhead/contract";
import { UserService } from "@railhead/example-user-service";
import { describe, expect, test } from "vitest";
import { fetchOf, invokerOf, sdkClient } from "../support/invoke.ts";
import { describeWithRuntime, startFunction } from "../support/runtime.ts";

const TRANSPORTS = { "gRPC-Web": createGrpcWebTransport, Connect: createConnectTransport };

const CALLS = {
  message: (client: Client<typeof UserService>) => client.getUser({ userId: "123" }),
  stream: (client: Client<typeof UserService>) => Array.fromAsync(client.listUsers({})),
};

/** How a call of connect-es fails through such a fetch: both of its kinds, which have to fail alike. */
async function failureBy(
  createTransport: typeof createConnectTransport | typeof createGrpcWebTransport,
  fetch: typeof globalThis.fetch,
): Promise<ConnectError> {
  const client = createClient(UserService, createTransport({ baseUrl: "https://lambda", fetch }));
  const message = await failureOf(CALLS.message(client));
  const stream = await failureOf(CALLS.stream(client));
  expect(Code[stream.code]).toBe(Code[message.code]);
  // Requests and stack traces differ.
  expect(stream.rawMessage.slice(0, 40)).toBe(message.rawMessage.slice(0, 40));
  return message;
}

async function failureOf(call: Promise<unknown>): Promise<ConnectError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ConnectError) return error;
  throw new Error("the call did not fail", { cause: error });
}

function post(bytes: Uint8Array | ReadableStream<Uint8Array>, signal?: AbortSignal): RequestInit {
  return {
    method: "POST",
    headers: { "content-type": "application/grpc-web" },
    body: bytes as BodyInit,
    duplex: "half",
    ...(signal && { signal }),
  } as RequestInit;
}

describeWithRuntime("createLambdaFetch()", () => {
  describe.each(Object.entries(TRANSPORTS))("tells a client of %s", (_, createTransport) => {
    test("that there is no such function", async () => {
      await using lambda = await startFunction("fails.ts");
      const failure = await failureBy(createTransport, fetchOf({ ...lambda, functionName: "nobody" }));
      expect(failure.code).toBe(Code.Unimplemented);
      expect(failure.rawMessage).toContain("ResourceNotFoundException: Function not found");
    });

    test("that the function cannot start", async () => {
      await using lambda = await startFunction("fails.ts", { env: { FAILURES: "9" } });
      const failure = await failureBy(createTransport, fetchOf(lambda));
      expect(failure.code).toBe(Code.Internal);
      expect(failure.rawMessage).toContain("no database");
    });

    test("that its answer is no response of HTTP", async () => {
      await using lambda = await startFunction("fails.other");
      const failure = await failureBy(createTransport, fetchOf(lambda));
      expect(failure.code).toBe(Code.Internal);
      expect(failure.rawMessage).toContain("no response of HTTP");
    });

    test("that its answer never begins", async () => {
      await using lambda = await startFunction("fails.endless");
      const failure = await failureBy(createTransport, fetchOf(lambda));
      expect(failure.code).toBe(Code.Internal);
      expect(failure.rawMessage).toContain("it has no prelude in its first");
    });

    test("what it failed with, in whatever letters", async () => {
      const ErrorDetails = JSON.stringify({ errorMessage: "half a pair: \ud83d" });
      const client = invokerOf({ InvokeComplete: { ErrorCode: "Error", ErrorDetails } });
      const failure = await failureBy(createTransport, createLambdaFetch(client, { functionName: "users" }));
      expect(failure.code).toBe(Code.Internal);
      expect(failure.rawMessage).toContain("the function failed with Error: half a pair: \ufffd");
    });

    test("that there are too many invocations", async () => {
      await using lambda = await startFunction("fails.ts", { reservedConcurrency: 0 });
      const failure = await failureBy(createTransport, fetchOf(lambda));
      expect(failure.code).toBe(Code.Unavailable);
      expect(failure.rawMessage).toContain("TooManyRequestsException");
    });
  });

  test("a process that ends fails the call, with its exit status", async () => {
    await using lambda = await startFunction("fails.ts");
    const response = await fetchOf(lambda)("https://lambda/test.Fails/Exit", post(frame(new Uint8Array(0))));
    expect(response.headers.get("grpc-status")).toBe("13");
    expect(decodeURIComponent(response.headers.get("grpc-message") ?? "")).toContain("exit status 7");
  });

  test("a stream that the function cuts off fails where it ends", async () => {
    await using lambda = await startFunction("fails.cut");
    const response = await fetchOf(lambda)("https://lambda/a.B/C", post(frame(new Uint8Array(0))));
    expect(response.status).toBe(200);
    await expect(response.arrayBuffer()).rejects.toThrow("the function failed with RangeError: out of luck");
  });

  test.each([
    ["before it answers", "/contract.Raw/Hang", {}],
    ["in the middle", "/contract.Raw/Endless", { bytes: 100_000 }],
  ])("a caller that leaves %s gets its own reason", async (_, path, fields) => {
    await using lambda = await startFunction("contract.ts", { timeoutMs: 5000 });
    const leave = new AbortController();
    const reason = new Error("enough");
    const reading = fetchOf(lambda)(`https://lambda${path}`, post(frame(toJson(fields)), leave.signal)).then(
      async (response) => {
        const reader = response.body?.getReader();
        await reader?.read();
        leave.abort(reason);
        for (;;) if ((await reader?.read())?.done !== false) return "ended";
      },
    );
    if (path.endsWith("Hang")) setTimeout(() => leave.abort(reason), 200);
    await expect(reading).rejects.toBe(reason);
  });

  test("a signal that has aborted already", async () => {
    await using lambda = await startFunction("contract.ts");
    const aborted = AbortSignal.abort(new Error("never mind"));
    const calling = fetchOf(lambda)("https://lambda/contract.Raw/Echo", post(frame(pattern(1)), aborted));
    await expect(calling).rejects.toThrow("never mind");
  });

  test("requests up to 6 MB go through, larger ones are RESOURCE_EXHAUSTED, streams as well", async () => {
    await using lambda = await startFunction("contract.ts", { timeoutMs: 10_000 });
    const fetch = fetchOf(lambda);
    const send = async (body: Uint8Array | ReadableStream<Uint8Array>): Promise<string | null> => {
      const response = await fetch("https://lambda/contract.Raw/Collect", post(body));
      const status = response.headers.get("grpc-status");
      await response.body?.cancel();
      return status;
    };
    const most = 6 * 1024 * 1024 * 0.75 - 1000;
    expect(await send(new Uint8Array(most))).toBeNull();
    expect(await send(new Uint8Array(most + 1000))).toBe("8");
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(100_000)),
    });
    expect(await send(endless)).toBe("8");
  });

  test("where Lambda cannot be reached, the SDK's error comes through", async () => {
    const fetch = fetchOf({ endpoint: "http://127.0.0.1:1", functionName: "users" });
    await expect(fetch("https://lambda/a.B/C", post(pattern(1)))).rejects.toMatchObject({
      code: "ECONNREFUSED",
    });
  });

  test("a client without the method is told which one it wants", () => {
    const client = sdkClient({ endpoint: "http://127.0.0.1:1" });
    const bare = { send: client.send };
    expect(() => createLambdaFetch(bare as never, { functionName: "users" })).toThrow("new Lambda({})");
  });
});
