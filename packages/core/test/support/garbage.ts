import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** A full collection, now. */
export function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect !== "function") throw new Error("this runtime has no gc()");
  collect();
}
