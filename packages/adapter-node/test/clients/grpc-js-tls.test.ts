import grpc from "@grpc/grpc-js";
import { type NodeTls, nodePlatform, serve, type TlsOptions } from "@railhead/adapter-node";
import { fromJson, toJson } from "@railhead/contract";
import { GrpcResponse, GrpcService } from "@railhead/core";
import { expect, onTestFinished, test } from "vitest";
import { AUTHORITY, CLIENT, SERVER, STRANGER } from "../support/certificates.ts";
import { expectNoFaults } from "../support/faults.ts";
import { GrpcJs, type GrpcResult } from "../support/grpc-js.ts";

expectNoFaults();

const ca = Buffer.from(AUTHORITY);

/** Serves a method that tells what TLS says of its caller. */
async function callWith(tls: TlsOptions, credentials: grpc.ChannelCredentials): Promise<GrpcResult> {
  const seen = (info: NodeTls | undefined): unknown => ({
    isTls: info !== undefined,
    authorized: info?.authorized,
    name: info?.clientCertificate?.subject.CN,
  });
  const service = new GrpcService().registerHandler("test.Tls", {
    handleRequest: (_, context) => {
      const { httpVersion, tls: info } = nodePlatform(context);
      return new GrpcResponse({ payload: toJson({ httpVersion, seen: seen(info) }) });
    },
  });
  const server = await serve(service, { port: 0, host: "127.0.0.1", tls });
  onTestFinished(() => server.close());
  const client = new GrpcJs(`localhost:${server.port}`, {}, credentials);
  return client.unary("/test.Tls/Who", new Uint8Array(0), { deadline: Date.now() + 10_000 });
}

function seenBy({ code, details, messages }: GrpcResult): unknown {
  expect(code, details).toBe(0);
  return fromJson(messages[0] ?? new Uint8Array(0));
}

const withClient = ({ key, cert }: typeof CLIENT): grpc.ChannelCredentials =>
  grpc.credentials.createSsl(ca, Buffer.from(key), Buffer.from(cert));

test("TLS", async () => {
  const result = await callWith(SERVER, grpc.credentials.createSsl(ca));
  expect(seenBy(result)).toEqual({ httpVersion: "2", seen: { isTls: true, authorized: false } });
});

test("a client that does not know the authority refuses", async () => {
  const result = await callWith(SERVER, grpc.credentials.createSsl());
  expect(result.code).toBe(grpc.status.UNAVAILABLE);
});

test("mTLS: the handler sees the client's certificate", async () => {
  const result = await callWith({ ...SERVER, ca: AUTHORITY }, withClient(CLIENT));
  expect(seenBy(result)).toEqual({
    httpVersion: "2",
    seen: { isTls: true, authorized: true, name: "railhead-test-client" },
  });
});

test("mTLS: several authorities", async () => {
  const result = await callWith({ ...SERVER, ca: [STRANGER.cert, AUTHORITY] }, withClient(CLIENT));
  expect(seenBy(result)).toMatchObject({ seen: { authorized: true } });
});

test.each([
  ["no certificate", grpc.credentials.createSsl(ca)],
  ["a stranger's certificate", withClient(STRANGER)],
])("mTLS: %s is refused", async (_, credentials) => {
  const result = await callWith({ ...SERVER, ca: AUTHORITY }, credentials);
  expect(result.code).toBe(grpc.status.UNAVAILABLE);
});

test.each([
  ["no certificate", grpc.credentials.createSsl(ca), undefined],
  ["a stranger's certificate", withClient(STRANGER), "stranger"],
])("mTLS that asks and does not insist: %s is not authorized", async (_, credentials, name) => {
  const result = await callWith({ ...SERVER, ca: AUTHORITY, requireClientCertificate: false }, credentials);
  expect(seenBy(result)).toEqual({
    httpVersion: "2",
    seen: { isTls: true, authorized: false, ...(name !== undefined && { name }) },
  });
});
