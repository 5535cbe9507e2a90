import { GrpcError, jsonFormat } from "@railhead/core";
import { type ClientOptions, createClient } from "@railhead/core/client";
import { UserService } from "@railhead/example-user-service";

/** What runs in the page: our own client, against a server of another origin. */
export interface RailheadRun {
  readonly baseUrl: string;
  readonly protocol: NonNullable<ClientOptions["protocol"]>;
  readonly codec: NonNullable<ClientOptions["codec"]>;
  readonly compression: NonNullable<ClientOptions["compression"]>;
}

/** What the page saw. */
export interface RailheadOutcome {
  readonly name: string | undefined;
  readonly header: string | undefined;
  readonly trailer: string | undefined;
  readonly error: string;
  readonly names: readonly string[];
  readonly created: number;
  readonly answers: readonly string[];
  readonly late: string;
}

declare global {
  interface Window {
    runRailhead(run: RailheadRun): Promise<RailheadOutcome>;
  }
}

window.runRailhead = async (run) => {
  const client = createClient(UserService, { ...run, json: jsonFormat(), useHttpGet: true });
  const failureOf = (call: Promise<unknown>): Promise<string> =>
    call.then(
      () => "none",
      (error: unknown) =>
        error instanceof GrpcError ? `${error.codeName}: ${error.message}` : String(error),
    );
  let header: string | undefined;
  let trailer: string | undefined;
  const { user } = await client.getUser(
    { userId: "123" },
    {
      metadata: { "x-request": "a header of ours" },
      onHeaders: (headers) => {
        header = headers.get("x-leading");
      },
      onTrailers: (trailers) => {
        trailer = trailers.get("x-trailing");
      },
    },
  );
  const names: string[] = [];
  for await (const { name } of client.listUsers({})) names.push(name);
  const answers: string[] = [];
  for await (const { text } of client.chat([{ text: "a" }, { text: "b" }])) answers.push(text);
  return {
    name: user?.name,
    header,
    trailer,
    error: await failureOf(client.createUser({ name: "" })),
    names,
    created: (await client.createUsers([{ name: "a" }, { name: "b" }])).created,
    answers,
    late: await failureOf(client.createUser({ name: "wait" }, { timeoutMs: 200 })),
  };
};
