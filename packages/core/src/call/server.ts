import { GrpcError } from "../error.ts";
import { Metadata, type ReadonlyMetadata, receiveField, sealMetadata } from "../metadata.ts";
import type { AdapterOptions } from "../options.ts";
import { negotiate, refuse } from "../protocol/negotiate.ts";
import type { ProtocolCall, WholeResponse } from "../protocol/protocol.ts";
import { GrpcStatusCode } from "../status.ts";
import type { Capabilities, HeaderReader, Inbound, Outbound, RequestHead, RpcServer } from "../transport.ts";
import { WireFault } from "../wire/fault.ts";
import { isBinaryKey } from "../wire/field.ts";
import { type Procedure, parseProcedure } from "../wire/procedure.ts";
import { corsOutbound, preflightResponse } from "./cors.ts";
import { faultError } from "./failure.ts";
import { clientStreams, type Method, type MethodRegistry } from "./method.ts";
import { SingleRequestCall, StreamingRequestCall } from "./request-calls.ts";
import { ServerContext } from "./server-context.ts";
import { resolveSettings, type Settings } from "./settings.ts";
import { unknownMethod } from "./unknown-method.ts";

/** What the adapter gets for a call that is answered already. */
const ANSWERED: Inbound = {
  appetite: "none",
  receive: () => true,
  end() {},
  drained() {},
  cancel() {},
};

/**
 * The core as adapters use it.
 *
 * @throws TypeError for what is no registry
 * @throws RangeError or TypeError for an option that makes no sense, naming it
 */
export function createServer(registry: MethodRegistry, options: AdapterOptions = {}): RpcServer {
  return serverWith(checkedRegistry(registry), resolveSettings(options));
}

/** The same of what is checked already. */
export function serverWith(registry: MethodRegistry, settings: Settings): RpcServer {
  return {
    accept(head, plainOut, can) {
      let out = plainOut;
      let opened: Inbound | WholeResponse | undefined;
      try {
        if (settings.cors) {
          opened = preflightResponse(head, settings.cors);
          if (!opened) out = corsOutbound(head, out, settings.cors);
        }
        opened ??= open(registry, settings, head, out, can);
      } catch (error) {
        // Code of the user's that runs here, such as the function in cors.origins, may throw.
        console.error(`railhead: cannot route ${head.path}:`, error);
        opened = refuse(500, "internal error");
      }
      if ("appetite" in opened) return opened;
      out.respond(opened.status, opened.headers, opened.body);
      return ANSWERED;
    },
  };
}

/** @throws TypeError for what is no registry */
export function checkedRegistry(registry: MethodRegistry): MethodRegistry {
  if (!registry?.findMethod) throw new TypeError("the service must be a GrpcService");
  return registry;
}

/** The call, under way, or the answer where there is none. */
function open(
  registry: MethodRegistry,
  settings: Settings,
  head: RequestHead,
  out: Outbound,
  can: Capabilities,
): Inbound | WholeResponse {
  const procedure = parseProcedure(head.path);
  const method = procedure && registry.findMethod(procedure.serviceName, procedure.methodName);
  const protocol = negotiate(head, method, settings, can);
  if ("status" in protocol) return method ? protocol : refuse(404, whyNone(head, procedure, method));
  if (head.refusal) return protocol.fail(head.refusal);
  if (procedure && method) return openCall(settings, head, out, procedure, method, protocol);
  const failed = protocol.fail(new GrpcError(GrpcStatusCode.UNIMPLEMENTED, whyNone(head, procedure, method)));
  // No such service: HTTP says that in its own way, where the protocol leaves the status to it.
  return method === null || failed.status === 200 ? failed : { ...failed, status: 404 };
}

function whyNone(
  { path }: RequestHead,
  procedure: Procedure | undefined,
  method: Method | null | undefined,
): string {
  return procedure
    ? unknownMethod(procedure, method === null)
    : `malformed path "${path}": expected /package.Service/Method`;
}

function openCall(
  settings: Settings,
  head: RequestHead,
  out: Outbound,
  procedure: Procedure,
  method: Method,
  protocol: ProtocolCall,
): Inbound | WholeResponse {
  try {
    const metadata = readMetadata(head.headers, settings.maxMetadataBytes);
    const asked = protocol.timeoutMs() ?? settings.defaultTimeoutMs;
    const timeoutMs = Math.min(asked, settings.maxTimeoutMs, head.maxTimeoutMs ?? asked);
    const { kind } = method;
    const context = new ServerContext(procedure, kind, protocol.type.protocol, metadata, head, settings, out);
    const parts = { method, protocol, context, settings, out };
    const call = clientStreams(kind)
      ? new StreamingRequestCall(parts)
      : new SingleRequestCall(parts, announcesAtMost(head.headers, settings.maxReceiveMessageBytes));
    call.startTimer(timeoutMs);
    if (call instanceof StreamingRequestCall) call.start();
    return call;
  } catch (fault) {
    if (!(fault instanceof WireFault)) throw fault;
    const failed = protocol.fail(faultError(fault, protocol.type.protocol));
    if (fault.kind !== "unknown-encoding") return failed;
    // gRPC Compression: a client that used an encoding we lack is told which ones we have.
    const known = ["identity", ...settings.codecs.map(({ name }) => name)].join(",");
    return { ...failed, headers: [...failed.headers, protocol.fields.acceptEncoding, known] };
  }
}

function readMetadata(headers: HeaderReader, maxBytes: number): ReadonlyMetadata {
  const metadata = new Metadata();
  let bytes = 0;
  headers.forEach((value, name) => {
    // RFC 9113, section 6.5.2: how a field is counted; "-bin" values that share one are fields of their own.
    const fields = isBinaryKey(name) ? value.split(",").length : 1;
    bytes += fields * (name.length + 32) + value.length;
    if (bytes > maxBytes) {
      throw new WireFault("oversized", `the request headers are larger than the limit of ${maxBytes} bytes`);
    }
    if (!receiveField(metadata, name, value))
      throw new WireFault("malformed", `metadata "${name}" is not base64`);
  });
  return sealMetadata(metadata);
}

function announcesAtMost(headers: HeaderReader, maxBytes: number): boolean {
  const value = headers.get("content-length") ?? "";
  return /^\d+$/.test(value) && Number(value) <= maxBytes;
}
