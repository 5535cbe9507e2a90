import { type CallContext, ContextValues, type MethodKind, type ProtocolName } from "../context.ts";
import type { GrpcError } from "../error.ts";
import { Metadata, type ReadonlyMetadata } from "../metadata.ts";
import type { Outbound, RequestHead } from "../transport.ts";
import type { Procedure } from "../wire/procedure.ts";
import { report } from "./failure.ts";
import type { Settings } from "./settings.ts";

/** The context of a call that came over the wire. What costs something is made when it is asked for. */
export class ServerContext implements CallContext {
  readonly serviceName: string;
  readonly methodName: string;
  readonly kind: MethodKind;
  readonly protocol: ProtocolName;
  readonly metadata: ReadonlyMetadata;
  /** Milliseconds since the epoch; Infinity without a deadline. */
  deadlineAt: number = Infinity;
  /** Set by the call where its response is a stream. */
  onSendHeaders: (() => void) | undefined = undefined;
  /** What the handler says beside its messages; undefined when it has not asked for them, and so set nothing. */
  responseMetadataIfAny: Metadata | undefined = undefined;
  responseTrailersIfAny: Metadata | undefined = undefined;
  readonly #head: RequestHead;
  readonly #settings: Settings;
  readonly #out: Outbound;
  #values: ContextValues | undefined;
  #controller: AbortController | undefined;
  #abortReason: GrpcError | undefined;

  constructor(
    { serviceName, methodName }: Procedure,
    kind: MethodKind,
    protocol: ProtocolName,
    metadata: ReadonlyMetadata,
    head: RequestHead,
    settings: Settings,
    out: Outbound,
  ) {
    this.serviceName = serviceName;
    this.methodName = methodName;
    this.kind = kind;
    this.protocol = protocol;
    this.metadata = metadata;
    this.#head = head;
    this.#settings = settings;
    this.#out = out;
  }

  get responseMetadata(): Metadata {
    this.responseMetadataIfAny ??= new Metadata();
    return this.responseMetadataIfAny;
  }

  get responseTrailers(): Metadata {
    this.responseTrailersIfAny ??= new Metadata();
    return this.responseTrailersIfAny;
  }

  // The methods are values of getters, so that handlers may take them out of the context.
  get sendHeaders(): () => void {
    return () => this.onSendHeaders?.();
  }

  get deadline(): Date | undefined {
    return this.deadlineAt === Infinity ? undefined : new Date(this.deadlineAt);
  }

  get timeRemainingMs(): () => number {
    return () => Math.max(0, this.deadlineAt - Date.now());
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#abortReason !== undefined) this.#controller.abort(this.#abortReason);
      else this.#out.watch?.();
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
