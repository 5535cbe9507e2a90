/** The part that is read of conformance/results.json. */
export interface Results {
  readonly suites: readonly {
    readonly title: string;
    readonly mode: string;
    /** By HTTP version and protocol. */
    readonly cases: Readonly<Record<string, Readonly<Record<string, number>>>>;
  }[];
}

export function casesTable(results: Results): string;
export function exclusionsTable(configs: Readonly<Record<string, string>>): string;
