import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Tls } from "./tls.ts";

/** The descriptor on which workerd tells its ports: the first after stdin, stdout and stderr. */
const CONTROL_FD = 3;

export interface WorkerdOptions {
  /** Module of the Worker. */
  readonly entry: URL;
  /** Expressions that stand for names in its bundle. */
  readonly define?: Record<string, string>;
  readonly tls?: Tls | undefined;
  readonly outbound?: OutboundTls | undefined;
}

/** TLS of the requests that the Worker sends, as PEM text. */
export interface OutboundTls {
  /** What servers must be signed by. */
  readonly ca: string;
  readonly creds: { readonly key: string; readonly cert: string } | undefined;
}

export interface Workerd {
  readonly port: number;
  close(): Promise<void>;
}

function capnpConfig(tls: Tls | undefined, outbound: OutboundTls | undefined): string {
  return `
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["private"]${capnpOutbound(outbound)})),
  ],
  sockets = [(name = "main", address = "127.0.0.1:0", ${capnpSocket(tls)}, service = "main")],
);

const worker :Workerd.Worker = (
  modules = [(name = "worker.mjs", esModule = embed "worker.mjs")],
  compatibilityDate = "2026-11-01",
);
`;
}

function capnpSocket(tls: Tls | undefined): string {
  if (tls === undefined) return "http = ()";
  // A text of Cap'n Proto's language; for plain ASCII its strings are JSON's.
  const [key, cert, ca] = [tls.key, tls.cert, tls.ca].map((pem) => pem && JSON.stringify(pem));
  const clients = ca ? `, requireClientCerts = true, trustedCertificates = [${ca}]` : "";
  return `https = (options = (), tlsOptions = (keypair = (privateKey = ${key}, certificateChain = ${cert})${clients}))`;
}

function capnpOutbound(tls: OutboundTls | undefined): string {
  if (tls === undefined) return "";
  const [ca, key, cert] = [tls.ca, tls.creds?.key, tls.creds?.cert].map((pem) => JSON.stringify(pem));
  const keypair = tls.creds ? `, keypair = (privateKey = ${key}, certificateChain = ${cert})` : "";
  return `, tlsOptions = (trustedCertificates = [${ca}]${keypair})`;
}

/** Bundles a Worker and serves it in a workerd of its own, over HTTP/1.1, on a free port of the loopback address. */
export async function startWorkerd({ entry, define = {}, tls, outbound }: WorkerdOptions): Promise<Workerd> {
  const folder = await mkdtemp(join(tmpdir(), "railhead-conformance-"));
  await bundle(entry, join(folder, "worker.mjs"), define);
  const config = join(folder, "config.capnp");
  await writeFile(config, capnpConfig(tls, outbound));
  const binary = fileURLToPath(import.meta.resolve("workerd/bin/workerd"));
  // stdout is the runner's; what workerd and the Worker print goes to stderr.
  const stdio = ["ignore", 2, 2, "pipe"] as const;
  const child = spawn(binary, ["serve", config, `--control-fd=${CONTROL_FD}`], { stdio: [...stdio] });
  const exited = once(child, "close");
  const close = async (): Promise<void> => {
    child.kill("SIGKILL");
    await exited;
    await rm(folder, { recursive: true });
  };
  try {
    return { port: await listeningPort(child), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function bundle(entry: URL, outfile: string, define: Record<string, string>): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(entry)],
    outfile,
    define,
    bundle: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["node:*", "cloudflare:*"],
    logLevel: "silent",
  });
}

async function listeningPort(child: ChildProcess): Promise<number> {
  const control = child.stdio[CONTROL_FD];
  if (!(control instanceof Readable)) throw new Error("workerd has no control pipe");
  for await (const line of createInterface({ input: control })) {
    const message: { readonly event?: string; readonly port?: number } = JSON.parse(line);
    if (message.event === "listen" && message.port !== undefined) return message.port;
  }
  throw new Error("workerd did not start; what it printed is above");
}
