import { ContextValues, type MethodKind } from "../context.ts";
import { Metadata, type ReadonlyMetadata } from "../metadata.ts";
import type { CallSignal } from "./call-signal.ts";
import type { ClientMethod } from "./method.ts";
import type { CallOptions, ClientContext } from "./options.ts";
import type { ClientProtocolName } from "./protocols.ts";

/** What a call knows of itself, and shows to interceptors. */
export class CallState implements ClientContext {
  readonly serviceName: string;
  readonly methodName: string;
  readonly kind: MethodKind;
  readonly protocol: ClientProtocolName;
  readonly metadata: Metadata;
  readonly values: ContextValues;
  responseMetadata: ReadonlyMetadata = new Metadata();
  responseTrailers: ReadonlyMetadata = new Metadata();
  readonly #signal: CallSignal;

  /** @throws TypeError for metadata that is none */
  constructor(
    { serviceName, methodName, kind }: ClientMethod,
    protocol: ClientProtocolName,
    { metadata, values }: CallOptions,
    signal: CallSignal,
  ) {
    this.serviceName = serviceName;
    this.methodName = methodName;
    this.kind = kind;
    this.protocol = protocol;
    this.metadata = new Metadata(metadata);
    this.values = values ?? new ContextValues();
    this.#signal = signal;
  }

  get deadline(): Date | undefined {
    const { deadlineAt } = this.#signal;
    return deadlineAt === Infinity ? undefined : new Date(deadlineAt);
  }

  // The value of a getter, so that interceptors may take it out of the context.
  get timeRemainingMs(): () => number {
    return () => Math.max(0, this.#signal.deadlineAt - Date.now());
  }

  get signal(): AbortSignal {
    return this.#signal.signal;
  }
}
