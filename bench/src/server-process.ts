import { isServerName, SERVERS } from "./servers/index.ts";

/** The process of one contender: starts the server named on its command line and says its port. */

const name = process.argv[2];
if (!isServerName(name)) throw new Error(`no such server: ${name}`);
const { port } = await SERVERS[name]();

// Asked before and after a measurement: how much of the time the server was at work.
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMicros: user + system });
});
// exit(), so that a profile is written although connections may be open.
process.on("disconnect", () => process.exit(0));
process.send?.({ port });
