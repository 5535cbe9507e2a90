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

/** A verdict for each bound of a case. */
export function judge(name: string, lines: readonly Line[], budgets: Budgets = BUDGETS): Verdict[] {
  const { atLeast = {}, atMost = {}, atMostMore = {}, limit } = budgets.cases[name] ?? {};
  const line = (contender: string): Line | undefined => lines.find((each) => each.contender === contender);
  const verdict = (figure: string, value: number, most: number, bound: string): Verdict => {
    const slack = Math.abs(most) * budgets.tolerance;
    return { figure, bound, isMet: value <= most, isNear: value > most && value <= most + slack };
  };
  return [
    ...Object.entries(atLeast).map(([contender, least]) => {
      const ratio = line(contender)?.ratio ?? Number.NaN;
      return verdict(`${ratio.toFixed(2)} x ${contender}`, -ratio, -least, `at least ${least}`);
    }),
    ...Object.entries(atMost).map(([contender, most]) => {
      const ratio = line(contender)?.ratio ?? Number.NaN;
      return verdict(`${ratio.toFixed(2)} x ${contender}`, ratio, most, `at most ${most}`);
    }),
    ...Object.entries(atMostMore).map(([contender, most]) => {
      const difference = line(contender)?.difference ?? Number.NaN;
      return verdict(`${contender} and ${difference.toFixed(1)}`, difference, most, `at most ${most} more`);
    }),
    ...(limit === undefined ? [] : [limit]).map((most) => {
      const figure = line(RAILHEAD)?.median ?? Number.NaN;
      return verdict(figure.toFixed(0), figure, most, `at most ${most}`);
    }),
  ];
}

/** A verdict in words. */
export function describe({ figure, bound, isMet, isNear }: Verdict): string {
  const outcome = isMet ? "met" : isNear ? "missed within the tolerance" : "MISSED";
  return `${figure}, budget ${bound}: ${outcome}`;
}
