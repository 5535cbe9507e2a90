import { randomBytes } from "node:crypto";

/** For example "Root=1-5759e988-bd862e3fe1be46a994272793". https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html */
export function newTraceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString("hex")}`;
}

/** As the function's process gets it: with a parent and the decision on sampling, where they are missing. */
export function invocationTraceId(traceId: string): string {
  const parent = /(^|;) *Parent=/.test(traceId) ? "" : `;Parent=${randomBytes(8).toString("hex")}`;
  const sampled = /(^|;) *Sampled=/.test(traceId) ? "" : ";Sampled=0";
  return `${traceId}${parent}${sampled}`;
}
