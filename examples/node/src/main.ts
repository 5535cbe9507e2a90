import { parseArgs } from "node:util";
import { serve } from "@railhead/adapter-node";
import { GrpcService } from "@railhead/core";
import { createUserService, LOCAL_PAGES, UserService } from "@railhead/example-user-service";
import { SqliteUserRepository } from "./sqlite-repository.ts";

const USAGE = `Serves the example user service.

  npm start -- [options]

  --port <number>  default: 8080; 0 takes a free one
  --host <address> default: all addresses
  --db <file>      keep users in a SQLite file; default: in memory
  --help
`;

/** Milliseconds that calls in flight get when the process is told to stop. */
const GRACE_MS = 10_000;

async function main(): Promise<void> {
  const options = readOptions();
  if (options.help) {
    process.stdout.write(USAGE);
    return;
  }
  const users = new SqliteUserRepository(options.db);
  const service = new GrpcService().registerService(UserService, createUserService(users));
  const server = await serve(service, {
    port: options.port,
    ...(options.host && { host: options.host }),
    cors: { origins: [LOCAL_PAGES] },
  });
  process.stdout.write(greeting(server.url, service.listServices()));

  let isStopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    // npm passes a signal on that the terminal has sent to the whole process group: once is enough.
    if (isStopping) return;
    isStopping = true;
    console.log(`\n${signal}: finishing calls in flight`);
    server
      .drain({ graceMs: GRACE_MS })
      .then(() => users.close())
      .catch((error: unknown) => {
        console.error(error);
        process.exitCode = 1;
      });
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "8080" },
      host: { type: "string" },
      db: { type: "string", default: ":memory:" },
      help: { type: "boolean", default: false },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new Error(`--port ${values.port} is no port`);
  return { ...values, port };
}

function greeting(url: string, services: readonly string[]): string {
  return `
${services.join(", ")} on ${url}
Protocols: gRPC (HTTP/2), gRPC-Web and Connect (HTTP/1.1 and HTTP/2)

Call it by gRPC, with buf:

  npx --yes @bufbuild/buf curl --protocol grpc --http2-prior-knowledge \\
    --schema examples/user-service/proto -d '{"userId": "123"}' \\
    ${url}/example.UserService/GetUser

Call it by Connect, with curl:

  curl -s -H 'content-type: application/json' -d '{"userId": "123"}' \\
    ${url}/example.UserService/GetUser

Ctrl-C stops it.
`;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
