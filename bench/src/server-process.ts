import { isServerName, SERVERS } from "./servers/index.ts";

/** The process of one contender: starts the server named on its command line, with the setup behind it, and says its port. */

const [, , name, setup = "{}"] = process.argv;
if (!isServerName(name)) throw new Error(`no such server: ${name}`);
const { port } = await SERVERS[name](JSON.parse(setup));

process.on("message", (request) => {
  if (request === "collect") globalThis.gc?.();
  process.send?.({ heapBytes: process.memoryUsage().heapUsed });
});
// exit(), so that a profile is written although connections may be open.
process.on("disconnect", () => process.exit(0));
process.send?.({ port });
