import { once } from "node:events";
import net, { type AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** The two ends of a connection. Cut when the test is over. */
export async function socketPair(): Promise<{ readonly near: net.Socket; readonly far: net.Socket }> {
  const server = net.createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const accepted = once(server, "connection") as Promise<[net.Socket]>;
  const far = net.connect((server.address() as AddressInfo).port, "127.0.0.1");
  const [[near]] = await Promise.all([accepted, once(far, "connect")]);
  server.close();
  for (const socket of [near, far]) socket.on("error", () => {});
  onTestFinished(() => {
    near.destroy();
    far.destroy();
  });
  return { near, far };
}

/** What comes on a socket, once there are so many bytes. */
export async function received(socket: net.Socket, bytes: number): Promise<Buffer> {
  let all = Buffer.alloc(0);
  while (all.length < bytes) all = Buffer.concat([all, ...((await once(socket, "data")) as Buffer[])]);
  return all;
}
