export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Undefined when it is no JSON. */
export function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

type Headers = [name: string, value: string][];

/**
 * `headers` and `multiValueHeaders` of an answer as one list; numbers and booleans become text. A name that is in both
 * counts as the second says.
 */
export function stringHeaders(single: unknown, multiple: unknown): Headers {
  const many = isRecord(multiple)
    ? Object.entries(multiple).flatMap(([name, values]) =>
        (Array.isArray(values) ? values : [values]).map((value): [string, string] => [name, String(value)]),
      )
    : [];
  const replaced = new Set(many.map(([name]) => name.toLowerCase()));
  const one = isRecord(single)
    ? Object.entries(single)
        .filter(([name, value]) => value != null && !replaced.has(name.toLowerCase()))
        .map(([name, value]): [string, string] => [name, String(value)])
    : [];
  return [...one, ...many];
}
