import type { ServerResponse } from "node:http";

/** Waits until the client has room for more, or is gone. */
export async function write(chunk: Uint8Array, response: ServerResponse): Promise<void> {
  if (chunk.length === 0 || response.write(chunk) || response.destroyed) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      response.off("drain", done).off("close", done);
      resolve();
    };
    response.on("drain", done).on("close", done);
  });
}
