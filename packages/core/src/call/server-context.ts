import { type CallContext, ContextValues, type MethodKind, type ProtocolName } from "../context.ts";
import type { GrpcError } from "../error.ts";
import { Metadata, type ReadonlyMetadata } from "../metadata.ts";
import type { RequestHead } from "../transport.ts";
import type { Procedure } from "../wire/procedure.ts";
import { report } from "./failure.ts";
import type { Settings } from "./settings.ts";

/** What a context is made of. */
export interface ContextInit {
  readonly procedure: Procedure;
  readonly kind: MethodKind;
  readonly protocol: ProtocolName;
  readonly metadata: ReadonlyMetadata;
  readonly head: RequestHead;
  readonly settings: Settings;
}

/** The context of a call that came over the wire. What costs something is made when it is asked for. */
export class ServerContext implements CallContext {
  readonly serviceName: string;
  readonly methodName: string;
  readonly kind: MethodKind;
  readonly protocol: ProtocolName;
  readonly metadata: ReadonlyMetadata;
  /** Milliseconds since the epoch; Infinity without a deadline. */
  deadlineAt: number = Number.POSITIVE_INFINITY;
  /** Set by the call where its response is a stream. */
  onSendHeaders: (() => void) | undefined;
  readonly #head: RequestHead;
  readonly #settings: Settings;
  #responseMetadata: Metadata | undefined;
  #responseTrailers: Metadata | undefined;
  #values: ContextValues | undefined;
  #controller: AbortController | undefined;
  #abortReason: GrpcError | undefined;

  constructor({ procedure, kind, protocol, metadata, head, settings }: ContextInit) {
    this.serviceName = procedure.serviceName;
    this.methodName = procedure.methodName;
    this.kind = kind;
    this.protocol = protocol;
    this.metadata = metadata;
    this.#head = head;
    this.#settings = settings;
  }

  get responseMetadata(): Metadata {
    this.#responseMetadata ??= new Metadata();
    return this.#responseMetadata;
  }

  get responseTrailers(): Metadata {
    this.#responseTrailers ??= new Metadata();
    return this.#responseTrailers;
  }

  /** Undefined when no one has asked for it, and so set nothing. */
  get responseMetadataIfAny(): Metadata | undefined {
    return this.#responseMetadata;
  }

  get responseTrailersIfAny(): Metadata | undefined {
    return this.#responseTrailers;
  }

  // The methods are values of getters, so that handlers may take them out of the context.
  get sendHeaders(): () => void {
    return () => this.onSendHeaders?.();
  }

  get deadline(): Date | undefined {
    return this.deadlineAt === Number.POSITIVE_INFINITY ? undefined : new Date(this.deadlineAt);
  }

  get timeRemainingMs(): () => number {
    return () => Math.max(0, this.deadlineAt - Date.now());
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#abortReason !== undefined) this.#controller.abort(this.#abortReason);
    }
    return this.#controller.signal;
  }

  get peer(): string | undefined {
    return this.#head.peer;
  }

  get platform(): unknown {
    return this.#head.platform;
  }

  get values(): ContextValues {
    this.#values ??= new ContextValues();
    return this.#values;
  }

  get waitUntil(): (work: Promise<unknown>) => void {
    return (work) => {
      const guarded = Promise.resolve(work).catch((error: unknown) => report(error, this, this.#settings));
      this.#settings.waitUntil(guarded, this.#head.platform);
    };
  }

  abort(reason: GrpcError): void {
    this.#abortReason = reason;
    this.#controller?.abort(reason);
  }
}
