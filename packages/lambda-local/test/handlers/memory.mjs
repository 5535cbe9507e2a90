/** Takes as many megabytes as its event says, and holds them for a second. */
export async function handler({ megabytes }) {
  const taken = Buffer.alloc(megabytes * 1024 * 1024, 1);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  return taken.length;
}
