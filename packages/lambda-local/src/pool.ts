import { Environment, type EnvironmentListener } from "./environment.ts";
import type { FunctionConfig } from "./function-config.ts";
import type { FunctionError } from "./function-error.ts";
import type { Host } from "./function-process.ts";
import type { Invocation } from "./invocation.ts";
import type { Settings } from "./options.ts";

/** The processes of a function: as many as its invocations need, up to a number. */
export class Pool implements EnvironmentListener {
  readonly #host: Host;
  readonly #config: FunctionConfig;
  readonly #settings: Pick<Settings, "maxEnvironments" | "reservedConcurrency">;
  readonly #environments = new Set<Environment>();
  readonly #queue: Invocation[] = [];
  #concurrency = 0;
  #isClosed = false;

  constructor(
    host: Host,
    config: FunctionConfig,
    settings: Pick<Settings, "maxEnvironments" | "reservedConcurrency">,
  ) {
    this.#host = host;
    this.#config = config;
    this.#settings = settings;
  }

  /** Starts a process before there is work for it. @returns the error that its init ended with */
  warm(): Promise<FunctionError | undefined> {
    return this.#add().initialized;
  }

  /** @returns false when it has too many invocations already: this one will not run */
  run(invocation: Invocation): boolean {
    if (this.#concurrency >= this.#settings.reservedConcurrency) return false;
    this.#concurrency++;
    void invocation.ended.then(() => this.#concurrency--);
    this.#queue.push(invocation);
    this.#dispatch();
    return true;
  }

  /** Lets every process end when its work is done; new ones take their place. */
  recycle(): void {
    for (const environment of this.#environments) environment.retire();
  }

  /** Ends everything; invocations under way fail. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const environments = [...this.#environments];
    for (const environment of environments) environment.kill();
    await Promise.all(environments.map(({ ended }) => ended));
    this.#refuseAll();
  }

  onRoom(): void {
    this.#dispatch();
  }

  onReturn(invocation: Invocation): void {
    this.#queue.unshift(invocation);
    this.#dispatch();
  }

  onEnd(environment: Environment, undelivered: readonly Invocation[]): void {
    this.#environments.delete(environment);
    this.#queue.unshift(...undelivered);
    this.#dispatch();
  }

  #dispatch(): void {
    if (this.#isClosed) {
      this.#refuseAll();
      return;
    }
    while (this.#queue.length > 0) {
      const environment = this.#roomiest() ?? this.#grow();
      if (environment === undefined) return;
      const invocation = this.#queue.shift();
      if (invocation !== undefined) environment.run(invocation);
    }
  }

  #roomiest(): Environment | undefined {
    for (const environment of this.#environments) if (environment.room > 0) return environment;
    return undefined;
  }

  #grow(): Environment | undefined {
    return this.#environments.size < this.#settings.maxEnvironments ? this.#add() : undefined;
  }

  #add(): Environment {
    const environment = new Environment(this.#host, this.#config, this);
    this.#environments.add(environment);
    return environment;
  }

  #refuseAll(): void {
    const error = { errorType: "ServiceException", errorMessage: "The function has been shut down." };
    for (const invocation of this.#queue.splice(0)) {
      invocation.fail(error);
      invocation.closeLog("");
    }
  }
}
