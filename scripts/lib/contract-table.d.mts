export interface Result {
  readonly suite: string;
  readonly group: string;
  readonly title: string;
  readonly passed: boolean;
}

/** The part that is read of vitest's JSON report. */
export interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

export function contractResults(report: Report): Result[];
export function contractTable(
  results: readonly Result[],
  columns: readonly { readonly title: string; readonly suite: string }[],
): string;
export function withTable(text: string, name: string, table: string): string;
