import { type FunctionConfig, functionArn } from "./function-config.ts";
import {
  exited,
  type FunctionError,
  initTimedOut,
  logLine,
  outOfMemory,
  timedOut,
} from "./function-error.ts";
import { FunctionProcess, type Host } from "./function-process.ts";
import type { Invocation } from "./invocation.ts";
import { INIT_TIMEOUT_MS } from "./limits.ts";
import { type LogTail, ProcessLog } from "./log.ts";
import { RuntimeApi, type RuntimeListener } from "./runtime-api.ts";

/** How often a process that works is asked for its memory. */
const MEMORY_CHECK_MS = 50;

/**
 * A caller that has its answer may call again before the process asks for work again. So long an invocation waits for a
 * process that should be done; it may have other plans.
 */
const GRACE_MS = 250;

/** What a pool wants to know of its environments. */
export interface EnvironmentListener {
  /** It has room again. */
  onRoom(): void;
  /** It is not done yet with what it had: another one must run this. */
  onReturn(invocation: Invocation): void;
  /** It is gone. @param undelivered invocations that its process never saw, for another one to run */
  onEnd(environment: Environment, undelivered: readonly Invocation[]): void;
}

interface Running {
  readonly timer: NodeJS.Timeout;
  readonly begin: number;
  readonly tail: LogTail;
  /** The process is done with it, or is gone. */
  finished?: Promise<void>;
}

/** An execution environment: one process of the function and its Runtime API. */
export class Environment implements RuntimeListener {
  readonly #config: FunctionConfig;
  readonly #listener: EnvironmentListener;
  readonly #api = new RuntimeApi(this);
  readonly #log: ProcessLog;
  readonly #queue: Invocation[] = [];
  readonly #running = new Map<Invocation, Running>();
  readonly #begin = performance.now();
  #process: FunctionProcess | undefined;
  /** While there is something running. */
  #memoryTimer: NodeJS.Timeout | undefined;
  #phase: "init" | "ready" | "ended" = "init";
  #isRetired = false;
  #isKilled = false;
  #isOutOfMemory = false;
  /** It does something else behind a response that has ended. */
  #isLingering = false;
  /** Until the first report, which tells it. */
  #initMs: number | undefined;
  #initError: FunctionError | undefined;
  #settleInit: (error: FunctionError | undefined) => void = () => {};

  /** The error that init ended with; undefined when the function has been loaded. */
  readonly initialized: Promise<FunctionError | undefined>;
  /** The process is gone, and nothing of it is left. */
  readonly ended: Promise<void>;

  constructor(host: Host, config: FunctionConfig, listener: EnvironmentListener) {
    this.#config = config;
    this.#listener = listener;
    this.#log = new ProcessLog(config.log);
    this.initialized = new Promise((resolve) => {
      this.#settleInit = resolve;
    });
    this.ended = this.#live(host);
  }

  /** How many more invocations it may be given. */
  get room(): number {
    if (this.#isRetired || this.#isLingering || this.#phase === "ended") return 0;
    const running = [...this.#running.keys()].filter((invocation) => !invocation.isOver);
    return (this.#config.maxConcurrency ?? 1) - this.#queue.length - running.length;
  }

  run(invocation: Invocation): void {
    this.#queue.push(invocation);
    this.#deliver();
    const isLate = this.#phase === "ready" && this.#queue.includes(invocation);
    if (isLate && this.#config.maxConcurrency === undefined) {
      setTimeout(() => this.#giveBack(invocation), GRACE_MS);
    }
  }

  #giveBack(invocation: Invocation): void {
    const index = this.#queue.indexOf(invocation);
    if (index < 0) return;
    this.#queue.splice(index, 1);
    this.#isLingering = true;
    this.#listener.onReturn(invocation);
  }

  /** Takes no more invocations, and ends when those it has are over. */
  retire(): void {
    this.#isRetired = true;
    this.#endIfIdle();
  }

  kill(): void {
    this.#isRetired = true;
    this.#isKilled = true;
    this.#process?.kill();
  }

  onNext(): void {
    if (this.#phase === "init") this.#ready();
    this.#isLingering = false;
    const isDone = this.#config.maxConcurrency === undefined && this.#running.size > 0;
    if (isDone) void this.#finishAll().then(() => this.#goOn());
    else this.#goOn();
  }

  onInitError(error: FunctionError): void {
    this.#initError = error;
  }

  async #live(host: Host): Promise<void> {
    const reason = await this.#runProcess(host).catch(
      (error: unknown) => `Runtime could not be started: ${error}`,
    );
    await this.#end(reason);
    await this.#api.close();
  }

  /** @returns how the process ended, in Lambda's words */
  async #runProcess(host: Host): Promise<string> {
    const runtimeApi = await this.#api.open();
    const child = new FunctionProcess(host, this.#config, runtimeApi, this.#log);
    this.#process = child;
    if (this.#isKilled) child.kill();
    const initTimer = this.#limitInit();
    const reason = await child.exited;
    clearTimeout(initTimer);
    return reason;
  }

  /** As long as Lambda gives init in all: it tries a second time, within the function's own timeout. */
  #limitInit(): NodeJS.Timeout {
    const timeoutMs = Math.max(INIT_TIMEOUT_MS, this.#config.timeoutMs);
    const stop = (): void => {
      if (this.#phase !== "init") return;
      this.#initError = initTimedOut(timeoutMs);
      this.kill();
    };
    return setTimeout(stop, timeoutMs);
  }

  #checkMemory(): void {
    const memory = this.#process?.memory;
    if (memory === undefined || memory.usedMB <= this.#config.memoryMB) return;
    this.#isOutOfMemory = true;
    this.kill();
  }

  #stopMemoryChecks(): void {
    clearInterval(this.#memoryTimer);
    this.#memoryTimer = undefined;
  }

  #ready(): void {
    this.#phase = "ready";
    this.#initMs = performance.now() - this.#begin;
    this.#settleInit(undefined);
  }

  /** A process for one invocation at a time is not, until the last one has been reported. */
  get #isFree(): boolean {
    return this.#config.maxConcurrency !== undefined || this.#running.size === 0;
  }

  #goOn(): void {
    this.#deliver();
    this.#endIfIdle();
  }

  #deliver(): void {
    while (this.#queue.length > 0 && this.#api.waiting > 0 && this.#isFree) {
      const invocation = this.#queue.shift();
      if (invocation !== undefined) this.#start(invocation);
    }
  }

  #start(invocation: Invocation): void {
    const { timeoutMs, maxConcurrency } = this.#config;
    const timer = setTimeout(() => this.#timedOut(invocation), timeoutMs);
    this.#running.set(invocation, { timer, begin: performance.now(), tail: this.#log.openTail() });
    this.#memoryTimer ??= setInterval(() => this.#checkMemory(), MEMORY_CHECK_MS);
    this.#log.write(`START RequestId: ${invocation.id} Version: $LATEST`);
    if (maxConcurrency !== undefined) void invocation.ended.then(() => this.#finish(invocation));
    this.#api.deliver(invocation, {
      deadlineMs: Date.now() + timeoutMs,
      functionArn: functionArn(this.#config, invocation.request.qualifier),
    });
  }

  #timedOut(invocation: Invocation): void {
    const error = timedOut(invocation.id, this.#config.timeoutMs);
    const what = error.errorMessage.replace(/^.*Error: /, "");
    this.#log.write(`${new Date().toISOString()} ${invocation.id} ${what}`);
    invocation.fail(error);
    // Lambda Managed Instances let a process with other invocations go on.
    if (this.#config.maxConcurrency === undefined) this.kill();
  }

  async #finishAll(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((invocation) => this.#finish(invocation)));
  }

  async #finish(invocation: Invocation): Promise<void> {
    const running = this.#running.get(invocation);
    if (running === undefined) return;
    running.finished ??= this.#close(invocation, running);
    await running.finished;
  }

  async #close(invocation: Invocation, { timer, begin, tail }: Running): Promise<void> {
    clearTimeout(timer);
    const line = this.#report(invocation, performance.now() - begin);
    await this.#log.settled();
    this.#running.delete(invocation);
    if (this.#running.size === 0) this.#stopMemoryChecks();
    const failure = invocation.failure && logLine(invocation.id, invocation.failure);
    if (failure !== undefined) this.#log.write(failure);
    this.#log.write(`END RequestId: ${invocation.id}`);
    this.#log.write(line);
    invocation.closeLog(this.#log.closeTail(tail));
    this.#listener.onRoom();
  }

  /** The line that Lambda writes behind every invocation. */
  #report({ id, failure }: Invocation, durationMs: number): string {
    const initMs = this.#initMs;
    this.#initMs = undefined;
    const { memoryMB } = this.#config;
    const usedMB = this.#isOutOfMemory ? memoryMB : this.#process?.memory?.peakMB;
    return [
      `REPORT RequestId: ${id}`,
      `Duration: ${durationMs.toFixed(2)} ms`,
      `Billed Duration: ${Math.ceil(durationMs + (initMs ?? 0))} ms`,
      `Memory Size: ${memoryMB} MB`,
      ...(usedMB === undefined ? [] : [`Max Memory Used: ${Math.min(usedMB, memoryMB)} MB`]),
      ...(initMs === undefined ? [] : [`Init Duration: ${initMs.toFixed(2)} ms`]),
      ...(failure === undefined ? [] : statusOf(failure)),
    ].join("\t");
  }

  #endIfIdle(): void {
    if (this.#isRetired && this.#queue.length === 0 && this.#running.size === 0) this.kill();
  }

  async #end(reason: string): Promise<void> {
    const wasReady = this.#phase === "ready";
    this.#phase = "ended";
    for (const invocation of this.#running.keys()) {
      invocation.fail(this.#isOutOfMemory ? outOfMemory(invocation.id) : exited(invocation.id, reason));
    }
    await this.#finishAll();
    const undelivered = this.#queue.splice(0);
    if (!wasReady) this.#endInit(undelivered, reason);
    this.#listener.onEnd(this, wasReady ? undelivered : []);
  }

  #endInit(undelivered: readonly Invocation[], reason: string): void {
    const error = this.#initError ?? exited(undefined, reason);
    for (const invocation of undelivered) {
      invocation.fail(error);
      invocation.closeLog("");
    }
    // One that was stopped for a newer one has not failed.
    const isStopped = this.#isRetired && this.#initError === undefined;
    this.#settleInit(isStopped ? undefined : error);
  }
}

/** How Lambda's reports tell of a failure. */
function statusOf({ errorType }: FunctionError): readonly string[] {
  return errorType === "Sandbox.Timedout"
    ? ["Status: timeout"]
    : ["Status: error", `Error Type: ${errorType}`];
}
