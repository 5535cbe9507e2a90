import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { environmentOf, type FunctionConfig, functionArn } from "./function-config.ts";
import { exited, type FunctionError, timedOut } from "./function-error.ts";
import type { Invocation } from "./invocation.ts";
import { INIT_TIMEOUT_MS } from "./limits.ts";
import { type LogTail, ProcessLog } from "./log.ts";
import { RuntimeApi, type RuntimeListener } from "./runtime-api.ts";

/** What a pool wants to know of its environments. */
export interface EnvironmentListener {
  /** It has room again. */
  onRoom(): void;
  /** It is gone. @param undelivered invocations that its process never saw, for another one to run */
  onEnd(environment: Environment, undelivered: readonly Invocation[]): void;
}

interface Running {
  readonly timer: NodeJS.Timeout;
  readonly begin: number;
  readonly tail: LogTail;
}

/** An execution environment: one process of the function under AWS's runtime client, and its Runtime API. */
export class Environment implements RuntimeListener {
  readonly #config: FunctionConfig;
  readonly #listener: EnvironmentListener;
  readonly #api = new RuntimeApi(this);
  readonly #log: ProcessLog;
  readonly #queue: Invocation[] = [];
  readonly #running = new Map<Invocation, Running>();
  readonly #begin = performance.now();
  #process: ChildProcess | undefined;
  #phase: "init" | "ready" | "ended" = "init";
  #isRetired = false;
  #isKilled = false;
  #initTimer: NodeJS.Timeout | undefined;
  #initMs: number | undefined;
  #initError: FunctionError | undefined;
  #settleInit: (error: FunctionError | undefined) => void = () => {};

  /** The error that init ended with; undefined when the function has been loaded. */
  readonly initialized: Promise<FunctionError | undefined>;
  /** The process is gone, and nothing of it is left. */
  readonly ended: Promise<void>;

  /** @param entry the runtime client's module */
  constructor(entry: string, config: FunctionConfig, listener: EnvironmentListener) {
    this.#config = config;
    this.#listener = listener;
    this.#log = new ProcessLog(config.log);
    this.initialized = new Promise((resolve) => {
      this.#settleInit = resolve;
    });
    this.ended = this.#live(entry);
  }

  /** How many more invocations it may be given. */
  get room(): number {
    if (this.#isRetired || this.#phase === "ended") return 0;
    return (this.#config.maxConcurrency ?? 1) - this.#queue.length - this.#running.size;
  }

  run(invocation: Invocation): void {
    this.#queue.push(invocation);
    this.#deliver();
  }

  /** Takes no more invocations, and ends when those it has are over. */
  retire(): void {
    this.#isRetired = true;
    this.#endIfIdle();
  }

  kill(): void {
    this.#isRetired = true;
    this.#isKilled = true;
    const pid = this.#process?.pid;
    if (pid === undefined || this.#process?.exitCode !== null || this.#process.signalCode !== null) return;
    // The whole group: whatever the function has started ends with it, as a sandbox does.
    process.kill(-pid, "SIGKILL");
  }

  onNext(): void {
    if (this.#phase === "init") this.#ready();
    if (this.#config.maxConcurrency === undefined) {
      for (const invocation of [...this.#running.keys()]) this.#finish(invocation);
    }
    this.#deliver();
    this.#endIfIdle();
  }

  onInitError(error: FunctionError): void {
    this.#initError = error;
  }

  async #live(entry: string): Promise<void> {
    const runtimeApi = await this.#api.open();
    const reason = await this.#runProcess(entry, runtimeApi);
    await this.#log.settled();
    this.#end(reason);
    await this.#api.close();
  }

  /** @returns how the process ended, in Lambda's words */
  #runProcess(entry: string, runtimeApi: string): Promise<string> {
    return new Promise((resolve) => {
      const child = spawn(process.execPath, [entry], {
        cwd: this.#config.handler.taskRoot,
        env: environmentOf(this.#config, runtimeApi, newLogStream()),
        stdio: ["ignore", "pipe", "pipe"],
        // A group of its own, so that the terminal's Ctrl-C leaves it to us.
        detached: true,
      });
      this.#process = child;
      this.#log.read(child.stdout);
      this.#log.read(child.stderr);
      const initTimeoutMs = Math.max(INIT_TIMEOUT_MS, this.#config.timeoutMs);
      this.#initTimer = setTimeout(() => this.#initTimedOut(initTimeoutMs), initTimeoutMs);
      child.once("error", (error) => resolve(`The process could not be started: ${error.message}`));
      child.once("exit", (code, signal) => resolve(exitReason(code, signal)));
      if (this.#isKilled) this.kill();
    });
  }

  #initTimedOut(timeoutMs: number): void {
    const seconds = (timeoutMs / 1000).toFixed(2);
    this.#initError = {
      errorType: "Sandbox.Timedout",
      errorMessage: `Init timed out after ${seconds} seconds`,
    };
    this.kill();
  }

  #ready(): void {
    this.#phase = "ready";
    this.#initMs = performance.now() - this.#begin;
    clearTimeout(this.#initTimer);
    this.#settleInit(undefined);
  }

  #deliver(): void {
    while (this.#queue.length > 0 && this.#api.waiting > 0) {
      const invocation = this.#queue.shift();
      if (invocation !== undefined) this.#start(invocation);
    }
  }

  #start(invocation: Invocation): void {
    const { timeoutMs, maxConcurrency } = this.#config;
    const timer = setTimeout(() => this.#timedOut(invocation), timeoutMs);
    this.#running.set(invocation, { timer, begin: performance.now(), tail: this.#log.openTail() });
    this.#log.write(`START RequestId: ${invocation.id} Version: $LATEST`);
    if (maxConcurrency !== undefined) void invocation.ended.then(() => this.#finish(invocation));
    const deadlineMs = Date.now() + timeoutMs;
    this.#api.deliver(invocation, {
      deadlineMs,
      functionArn: functionArn(this.#config, invocation.request.qualifier),
    });
  }

  #timedOut(invocation: Invocation): void {
    const error = timedOut(invocation.id, this.#config.timeoutMs);
    this.#log.write(
      `${new Date().toISOString()} ${invocation.id} ${error.errorMessage.replace(/^.*Error: /, "")}`,
    );
    invocation.fail(error);
    // Lambda Managed Instances let a process with other invocations go on.
    if (this.#config.maxConcurrency === undefined) this.kill();
  }

  #finish(invocation: Invocation): void {
    const running = this.#running.get(invocation);
    if (running === undefined) return;
    this.#running.delete(invocation);
    clearTimeout(running.timer);
    const durationMs = performance.now() - running.begin;
    const initMs = this.#initMs;
    this.#initMs = undefined;
    void this.#log.settled().then(() => {
      this.#log.write(`END RequestId: ${invocation.id}`);
      this.#log.write(report(invocation, this.#config.memoryMB, durationMs, initMs));
      invocation.closeLog(this.#log.closeTail(running.tail));
    });
    this.#listener.onRoom();
  }

  #endIfIdle(): void {
    if (this.#isRetired && this.#queue.length === 0 && this.#running.size === 0) this.kill();
  }

  #end(reason: string): void {
    const wasReady = this.#phase === "ready";
    this.#phase = "ended";
    clearTimeout(this.#initTimer);
    for (const invocation of [...this.#running.keys()]) {
      invocation.fail(exited(invocation.id, reason));
      this.#finish(invocation);
    }
    const undelivered = this.#queue.splice(0);
    if (!wasReady) {
      const error = this.#initError ?? { errorType: "Runtime.ExitError", errorMessage: reason };
      for (const invocation of undelivered) {
        invocation.fail(error);
        invocation.closeLog("");
      }
      this.#settleInit(error);
    }
    this.#listener.onEnd(this, wasReady ? undelivered : []);
  }
}

function exitReason(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal !== null) return `Runtime exited with error: signal: ${SIGNALS[signal] ?? signal}`;
  return code === 0
    ? "Runtime exited without providing a reason"
    : `Runtime exited with error: exit status ${code}`;
}

/** The line that Lambda writes behind every invocation. */
function report(
  { id }: Invocation,
  memoryMB: number,
  durationMs: number,
  initMs: number | undefined,
): string {
  const fields = [
    `REPORT RequestId: ${id}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(durationMs + (initMs ?? 0))} ms`,
    `Memory Size: ${memoryMB} MB`,
  ];
  if (initMs !== undefined) fields.push(`Init Duration: ${initMs.toFixed(2)} ms`);
  return fields.join("\t");
}

/** As Lambda names them. */
const SIGNALS: Partial<Record<NodeJS.Signals, string>> = {
  SIGABRT: "aborted",
  SIGKILL: "killed",
  SIGSEGV: "segmentation fault",
  SIGTERM: "terminated",
};

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html */
function newLogStream(): string {
  const date = new Date().toISOString().slice(0, 10).replaceAll("-", "/");
  return `${date}/[$LATEST]${randomBytes(16).toString("hex")}`;
}
