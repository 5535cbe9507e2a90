import { ConnectError, createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import { UserService } from "@railhead/example-user-service";

/** What runs in the page: Connect for web, against a server of another origin. */
export interface ConnectRun {
  readonly baseUrl: string;
  readonly useBinaryFormat: boolean;
  /** Sent with each call; without any, a GET needs no preflight. */
  readonly headers: Record<string, string>;
}

/** What the page saw. */
export interface ConnectOutcome {
  readonly name: string | undefined;
  readonly header: string | null;
  readonly trailer: string | null;
  readonly error: { readonly code: number; readonly message: string; readonly trailer: string | null };
  readonly names: readonly string[];
  readonly streamTrailer: string | null;
}

declare global {
  interface Window {
    runConnect(run: ConnectRun): Promise<ConnectOutcome>;
  }
}

window.runConnect = async ({ headers, ...options }) => {
  const client = createClient(UserService, createConnectTransport({ ...options, useHttpGet: true }));
  let header: string | null = null;
  let trailer: string | null = null;
  const onHeader = (fields: Headers): void => {
    header = fields.get("x-leading");
  };
  const onTrailer = (fields: Headers): void => {
    trailer = fields.get("x-trailing");
  };
  const { user } = await client.getUser({ userId: "123" }, { headers, onHeader, onTrailer });
  const seen = { header, trailer };
  const error = ConnectError.from(
    await client.createUser({ name: "" }, { headers }).catch((e: unknown) => e),
  );
  const names: string[] = [];
  for await (const { name } of client.listUsers({}, { headers, onTrailer })) names.push(name);
  return {
    name: user?.name,
    ...seen,
    error: { code: error.code, message: error.rawMessage, trailer: error.metadata.get("x-reason") },
    names,
    streamTrailer: trailer,
  };
};
