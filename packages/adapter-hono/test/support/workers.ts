/** What the tests of the Workers adapter have: a workerd to start, and a client that reads while it sends. */
export { http1Transport } from "../../../adapter-workers/test/support/http1-transport.ts";
export { startWorkerd } from "../../../adapter-workers/test/support/workerd.ts";
