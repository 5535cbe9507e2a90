import net from "node:net";
import { listen, type RunningServer } from "./listen.ts";

/** What a link allows: takes as many bytes as the first four say, over bare TCP, and answers one. */
export function startSink(): Promise<RunningServer> {
  const server = net.createServer((socket) => {
    let missing = Number.NaN;
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk: Buffer) => {
      missing = Number.isNaN(missing) ? chunk.readUInt32BE() + 4 - chunk.length : missing - chunk.length;
      if (missing === 0) socket.write("!");
    });
  });
  return listen(server);
}
