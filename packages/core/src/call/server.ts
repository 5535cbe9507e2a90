import { GrpcError } from "../error.ts";
import { MetadataReader, type ReadonlyMetadata } from "../metadata.ts";
import type { AdapterOptions } from "../options.ts";
import { negotiate, type Refusal, refuse } from "../protocol/negotiate.ts";
import type { ProtocolCall } from "../protocol/protocol.ts";
import { GrpcStatusCode } from "../status.ts";
import type {
  Capabilities,
  HeaderList,
  HeaderReader,
  Inbound,
  Outbound,
  RequestHead,
  RpcServer,
} from "../transport.ts";
import { WireFault } from "../wire/fault.ts";
import { type Procedure, parseProcedure } from "../wire/procedure.ts";
import { corsOutbound, isPreflight, respondPreflight } from "./cors.ts";
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
 * @throws RangeError or TypeError for an option that makes no sense, naming it
 */
export function createServer(registry: MethodRegistry, options: AdapterOptions = {}): RpcServer {
  const settings = resolveSettings(options);
  return {
    accept(head, out, can) {
      try {
        return accept(registry, settings, head, out, can);
      } catch (error) {
        // Code of the user's that runs here, such as the function in cors.origins, may throw.
        console.error(`railhead: error before ${head.path} was routed:`, error);
        return refuseCall(out, refuse(500, "internal error"));
      }
    },
  };
}

function accept(
  registry: MethodRegistry,
  settings: Settings,
  head: RequestHead,
  plainOut: Outbound,
  can: Capabilities,
): Inbound {
  if (settings.cors !== undefined && isPreflight(head)) {
    respondPreflight(head, plainOut, settings.cors);
    return ANSWERED;
  }
  const out = settings.cors === undefined ? plainOut : corsOutbound(head, plainOut, settings.cors);
  const procedure = parseProcedure(head.path);
  const method = procedure && registry.findMethod(procedure.serviceName, procedure.methodName);
  const negotiated = negotiate(head, method, settings, can);
  if ("refusal" in negotiated) return refuseCall(out, method ? negotiated.refusal : notFound(head, settings));
  const protocol = negotiated.call;
  if (head.refusal) return failCall(out, protocol, head.refusal);
  if (procedure === undefined) return failNotFound(out, protocol, malformedPath(head.path));
  if (method === undefined || method === null) {
    const error = unknownMethod(procedure.serviceName, procedure.methodName, method);
    return method === null ? failCall(out, protocol, error) : failNotFound(out, protocol, error);
  }
  return openCall(settings, head, out, procedure, method, protocol);
}

function openCall(
  settings: Settings,
  head: RequestHead,
  out: Outbound,
  procedure: Procedure,
  method: Method,
  protocol: ProtocolCall,
): Inbound {
  try {
    const metadata = readMetadata(head.headers, settings.maxMetadataBytes);
    const asked = protocol.timeoutMs() ?? settings.defaultTimeoutMs;
    const timeoutMs = Math.min(asked, settings.maxTimeoutMs, head.maxTimeoutMs ?? asked);
    const { kind } = method;
    const context = new ServerContext({ procedure, kind, protocol: protocol.name, metadata, head, settings });
    const parts = { method, protocol, context, settings, out };
    if (clientStreams(kind)) {
      const call = new StreamingRequestCall(parts);
      call.startTimer(timeoutMs);
      call.start();
      return call;
    }
    const maxBodyBytes = protocol.maxBodyBytes(settings.maxReceiveMessageBytes);
    const call = new SingleRequestCall(parts, announcesAtMost(head.headers, maxBodyBytes));
    call.startTimer(timeoutMs);
    return call;
  } catch (fault) {
    if (!(fault instanceof WireFault)) throw fault;
    // gRPC Compression: a client that used an encoding we lack is told which ones we have.
    const known = settings.codecs.map(({ name }) => name).join(",");
    const extra =
      fault.kind === "unknown-encoding" ? [protocol.acceptEncodingHeader, `identity,${known}`] : [];
    return failCall(out, protocol, faultError(fault, protocol.name), extra);
  }
}

function readMetadata(headers: HeaderReader, maxBytes: number): ReadonlyMetadata {
  const reader = new MetadataReader();
  let bytes = 0;
  let broken: string | undefined;
  headers.forEach((value, name) => {
    bytes += name.length + value.length + 32; // RFC 9113, section 6.5.2: how a field is counted
    if (bytes <= maxBytes && !reader.add(name, value)) broken ??= name;
  });
  if (bytes > maxBytes) {
    throw new WireFault(
      "oversized",
      `request headers of ${bytes} bytes are larger than the limit of ${maxBytes} bytes`,
    );
  }
  if (broken !== undefined) throw new WireFault("malformed", `metadata "${broken}" is not base64`);
  return reader.finish();
}

function announcesAtMost(headers: HeaderReader, maxBytes: number): boolean {
  const value = headers.get("content-length");
  return value !== null && /^\d+$/.test(value) && Number(value) <= maxBytes;
}

function failCall(
  out: Outbound,
  protocol: ProtocolCall,
  error: GrpcError,
  extraHeaders: HeaderList = [],
): Inbound {
  const { status, headers, body } = protocol.fail(error, undefined, undefined);
  out.respond(status, [...headers, ...extraHeaders], body);
  return ANSWERED;
}

/** No such service: HTTP says that in its own way, where the protocol leaves the status to it. */
function failNotFound(out: Outbound, protocol: ProtocolCall, error: GrpcError): Inbound {
  const { status, headers, body } = protocol.fail(error, undefined, undefined);
  out.respond(status === 200 ? 200 : 404, headers, body);
  return ANSWERED;
}

function refuseCall(out: Outbound, { status, headers, body }: Refusal): Inbound {
  out.respond(status, headers, body);
  return ANSWERED;
}

function notFound(head: RequestHead, settings: Settings): Refusal {
  return refuse(404, `no method at ${head.path}; this server speaks ${settings.protocols.join(", ")}`);
}

function malformedPath(path: string): GrpcError {
  return new GrpcError(
    GrpcStatusCode.UNIMPLEMENTED,
    `malformed path "${path}": expected /package.Service/Method`,
  );
}
