import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import http from "node:http";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { ContractClient, fetchTransport, frame, fromJson, openStream, toJson } from "@railhead/contract";
import { expect, onTestFinished, test } from "vitest";
import { H2Transport } from "../support/h2-transport.ts";

const MAIN = fileURLToPath(new URL("../../../../examples/node/dist/main.js", import.meta.url));

/** The example as its own process, told what it says; killed when the test is over. */
class Example {
  readonly process: ChildProcessByStdio<null, Readable, Readable>;
  /** Exit code and signal. */
  readonly exited: Promise<unknown[]>;
  #output = "";

  constructor() {
    this.process = spawn(process.execPath, [MAIN, "--port", "0", "--host", "127.0.0.1"], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.exited = once(this.process, "exit");
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.#output += text;
      });
    }
    onTestFinished(() => void this.process.kill("SIGKILL"));
  }

  /** Resolves with what the pattern finds in the output, once it does. */
  async says(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = pattern.exec(this.#output)?.[0];
      if (found !== undefined) return found;
      if (this.process.exitCode !== null) throw new Error(`the example has ended: ${this.#output}`);
      await Promise.race([once(this.process.stdout, "data"), this.exited]);
    }
  }
}

test("SIGTERM: a call in flight finishes, and the process ends well", async () => {
  const example = new Example();
  const url = await example.says(/http:\/\/127\.0\.0\.1:\d+/);
  const h2 = new H2Transport();
  onTestFinished(() => h2.close());
  const grpc = new ContractClient(url, h2.send, "grpc");
  const request = openStream();
  request.send(frame(toJson({ sender: "me", text: "one" })));
  const chat = await grpc.open("/example.UserService/Chat", request.body, {
    contentType: "application/grpc+json",
  });
  expect(fromJson((await chat.next()) ?? new Uint8Array(0))).toEqual({ sender: "server", text: "one" });

  example.process.kill("SIGTERM");
  await example.says(/SIGTERM/);
  request.send(frame(toJson({ sender: "me", text: "two" })));
  expect(fromJson((await chat.next()) ?? new Uint8Array(0))).toEqual({ sender: "server", text: "two" });
  request.end();
  expect((await chat.finish()).code).toBe(0);
  expect(await example.exited).toEqual([0, null]);
});

test("SIGINT with a connection that is kept alive: the process ends well", async () => {
  const example = new Example();
  const url = await example.says(/http:\/\/127\.0\.0\.1:\d+/);
  const web = new ContractClient(url, fetchTransport, "grpc-web");
  const answer = await web.call("/example.UserService/GetUser", toJson({ userId: "123" }), {
    contentType: "application/grpc-web+json",
  });
  expect(fromJson(answer.messages[0] ?? new Uint8Array(0))).toMatchObject({ user: { name: "John Doe" } });
  const agent = new http.Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const [response] = await once(http.get(url, { agent }), "response");
  await once(response.resume(), "end");
  example.process.kill("SIGINT");
  expect(await example.exited).toEqual([0, null]);
});
