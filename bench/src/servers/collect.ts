import type { Readable } from "node:stream";

/** The body of a request in one piece. */
export function collect(request: Readable, done: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    // Node ends what a load tool cut when its time was over.
    if (request.destroyed) return;
    const [first] = chunks;
    done(chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks));
  });
}
