import { expect, test } from "vitest";
import { createServer } from "../../src/call/server.ts";
import { GrpcError } from "../../src/error.ts";
import { GrpcStatusCode } from "../../src/status.ts";
import { bytes, text } from "../support/bytes.ts";
import { TestCall } from "../support/call.ts";
import { forbidUnhandledRejections } from "../support/hygiene.ts";
import { MemoryOutbound } from "../support/outbound.ts";
import { rawService } from "../support/services.ts";

forbidUnhandledRejections();

const refusal = new GrpcError(GrpcStatusCode.INVALID_ARGUMENT, "the body is broken");

function neverCalled(): never {
  throw new Error("a refused call reached its handler");
}

const service = rawService({ unary: neverCalled, stream: neverCalled });

test.each(["Unary", "ServerStream", "ClientStream", "Bidi", "Unknown"])(
  "%s: what the adapter refuses ends at once, without its handler",
  async (method) => {
    const call = new TestCall(service, { path: `/test.Service/${method}`, head: { refusal } });
    expect(call.out.calls).toEqual(["respond"]);
    expect(call.status).toEqual({ code: GrpcStatusCode.INVALID_ARGUMENT, message: "the body is broken" });
    expect(call.inbound.appetite).toBe("none");
    call.send(bytes());
    call.inbound.end();
    await call.check();
  },
);

test("gRPC-Web: in the body, as every status", () => {
  const out = new MemoryOutbound();
  const headers = new Headers({ "content-type": "application/grpc-web" });
  const head = { method: "POST", path: "/test.Service/Unary", query: "", headers, peer: undefined, refusal };
  createServer(service).accept(head, out, { trailers: false });
  expect(out.status).toBe(200);
  expect(text(out.body.subarray(5))).toContain("grpc-status:3\r\ngrpc-message:the body is broken\r\n");
});

test("what is no call keeps its answer of plain HTTP", () => {
  const out = new MemoryOutbound();
  const headers = new Headers({ "content-type": "text/html" });
  const head = { method: "POST", path: "/test.Service/Unary", query: "", headers, peer: undefined, refusal };
  createServer(service).accept(head, out, { trailers: true });
  expect(out.status).toBe(415);
});
