/** Settings of the worker under test. */
export interface WorkerdSetup {
  readonly compatibilityFlags?: readonly string[];
  /** Bindings of text, by name. */
  readonly vars?: Readonly<Record<string, string>>;
  /** Bindings to the worker itself, as a service; by name. */
  readonly selfBindings?: readonly string[];
  /** Classes of Durable Objects, by the name of their binding. Storage is in memory. */
  readonly durableObjects?: Readonly<Record<string, string>>;
  /** The header that bears a request's `cf` properties, as JSON. */
  readonly cfHeader?: string;
}

const COMPATIBILITY_DATE = "2026-11-01";

/** workerd's configuration for one worker, `worker.mjs`, behind one HTTP socket. */
export function capnpConfig(setup: WorkerdSetup): string {
  const { compatibilityFlags = [], vars = {}, selfBindings = [], durableObjects = {}, cfHeader } = setup;
  const http = cfHeader === undefined ? "()" : `(cfBlobHeader = ${quote(cfHeader)})`;
  const bindings = [
    ...Object.entries(vars).map(([name, text]) => `(name = ${quote(name)}, text = ${quote(text)})`),
    ...selfBindings.map((name) => `(name = ${quote(name)}, service = "main")`),
    ...Object.entries(durableObjects).map(
      ([name, className]) => `(name = ${quote(name)}, durableObjectNamespace = ${quote(className)})`,
    ),
  ];
  const classes = Object.values(durableObjects).map(
    (className) => `(className = ${quote(className)}, uniqueKey = ${quote(className)})`,
  );
  return `
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = ${http}, service = "main")],
);

const worker :Workerd.Worker = (
  modules = [(name = "worker.mjs", esModule = embed "worker.mjs")],
  compatibilityDate = ${quote(COMPATIBILITY_DATE)},
  compatibilityFlags = [${compatibilityFlags.map(quote).join(", ")}],
  bindings = [${bindings.join(", ")}],
  durableObjectNamespaces = [${classes.join(", ")}],
  durableObjectStorage = (inMemory = void),
);
`;
}

/** A text of Cap'n Proto's language; for plain ASCII its strings are JSON's. */
function quote(text: string): string {
  return JSON.stringify(text);
}
