import { once } from "node:events";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { readDelimited, writeDelimited } from "../delimited.ts";
import {
  type ServerCompatRequest,
  ServerCompatRequestSchema,
  ServerCompatResponseSchema,
} from "../gen/connectrpc/conformance/v1/server_compat_pb.ts";

import type { Tls } from "./tls.ts";

/** A server that was started for the suite, on 127.0.0.1. */
export interface RunningServer {
  readonly port: number;
  readonly tls: Tls | undefined;
  close(): Promise<void>;
}

/**
 * A program as the runner starts it: reads what kind of server is wanted from stdin, starts it, tells on stdout where it
 * listens, and serves until SIGTERM. The runner closes stdin right away, so that its end says nothing.
 */
export async function runServerProgram(
  start: (request: ServerCompatRequest) => Promise<RunningServer>,
): Promise<void> {
  const terminated = once(process, "SIGTERM");
  const { value: message } = await readDelimited(process.stdin).next();
  if (message === undefined)
    throw new Error("no ServerCompatRequest on stdin: this program is for the runner to start");
  const server = await start(fromBinary(ServerCompatRequestSchema, message));
  try {
    const response = create(ServerCompatResponseSchema, {
      host: "127.0.0.1",
      port: server.port,
      ...(server.tls && { pemCert: new TextEncoder().encode(server.tls.cert) }),
    });
    await writeDelimited(process.stdout, toBinary(ServerCompatResponseSchema, response));
    await terminated;
  } finally {
    await server.close();
  }
}
