import { cpus, release, totalmem, type } from "node:os";

/** Such as "2 cores of AMD EPYC, 24 GB, Linux 6.1, Node 24.21.0". */
export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() || "an unnamed processor";
  const kernel = release().split(".").slice(0, 2).join(".");
  const memory = Math.round(totalmem() / 1024 ** 3);
  const node = process.version.slice(1);
  return `${cpus().length} cores of ${model}, ${memory} GiB of memory, ${type()} ${kernel}, Node ${node}`;
}
