import file from "../budgets.json" with { type: "json" };
import { type Line, RAILHEAD } from "./summary.ts";

/** The bounds of one case. Ratios and differences are Railhead's to the contender of the name. */
export interface CaseBudget {
  /** The least ratio. */
  readonly atLeast?: Readonly<Record<string, number>>;
  /** The greatest ratio. */
  readonly atMost?: Readonly<Record<string, number>>;
  /** The greatest difference, in the unit of the case. */
  readonly atMostMore?: Readonly<Record<string, number>>;
  /** The greatest figure of Railhead's, in the unit of the case. */
  readonly limit?: number;
}

export interface Budgets {
  /** The part of a budget by which a figure may miss it and still pass: what one run differs from the next. */
  readonly tolerance: number;
  /** The same for short runs on machines that do other things as well. */
  readonly shortTolerance: number;
  readonly cases: Readonly<Record<string, CaseBudget>>;
}

export const BUDGETS: Budgets = file;

/** One bound, and how it was kept. */
export interface Verdict {
  /** Such as "0.91 x floor". */
  readonly figure: string;
  /** Such as "at least 0.88". */
  readonly bound: string;
  readonly isMet: boolean;
  /** Missed, by no more than the tolerance. */
  readonly isNear: boolean;
}

/** A verdict for each bound whose contender took part. */
export function judge(lines: readonly Line[], budget: CaseBudget, tolerance: number): Verdict[] {
  const verdict = (figure: string, value: number, most: number, bound: string): Verdict => {
    const slack = Math.abs(most) * tolerance;
    return { figure, bound, isMet: value <= most, isNear: value > most && value <= most + slack };
  };
  return lines.flatMap(({ contender, ratio, difference, median }) => {
    const { [contender]: least } = budget.atLeast ?? {};
    const { [contender]: most } = budget.atMost ?? {};
    const { [contender]: more } = budget.atMostMore ?? {};
    const limit = contender === RAILHEAD ? budget.limit : undefined;
    const times = `${ratio.toFixed(2)} x ${contender}`;
    const sign = difference < 0 ? "less" : "more";
    const distance = `${Math.abs(difference).toFixed(1)} ${sign} than ${contender}`;
    return [
      ...(least === undefined ? [] : [verdict(times, -ratio, -least, `at least ${least}`)]),
      ...(most === undefined ? [] : [verdict(times, ratio, most, `at most ${most}`)]),
      ...(more === undefined ? [] : [verdict(distance, difference, more, `at most ${more} more`)]),
      ...(limit === undefined ? [] : [verdict(median.toFixed(0), median, limit, `at most ${limit}`)]),
    ];
  });
}

/** A verdict in words. */
export function describe({ figure, bound, isMet, isNear }: Verdict): string {
  const outcome = isMet ? "met" : isNear ? "missed within the tolerance" : "MISSED";
  return `${figure}, budget ${bound}: ${outcome}`;
}
