import v8 from "node:v8";
import vm from "node:vm";

v8.setFlagsFromString("--expose-gc");
const gc: unknown = vm.runInNewContext("gc");

function collectGarbage(): void {
  if (typeof gc !== "function") throw new Error("this runtime does not let its garbage be collected");
  gc();
}

/** Bytes in use on the heap and in buffers, after a collection. */
export function heldBytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
