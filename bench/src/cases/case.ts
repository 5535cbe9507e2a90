import type { Plan, Samples } from "../measures/samples.ts";

/** Something to measure, the same for every contender. */
export interface Case {
  /** For people. */
  readonly title: string;
  readonly unit: "calls/s" | "messages/s" | "ms" | "s" | "MB";
  readonly better: "more" | "less";
  /** The program that makes the calls. */
  readonly load: string;
  readonly contenders: readonly string[];
  measure(plan: Plan): Promise<Samples>;
}
