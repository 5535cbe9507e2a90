import type { HeaderPairs } from "./http.ts";

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

/** `headers` of an answer: numbers and booleans become text. @throws Error when it is no object of such values */
export function stringHeaders(headers: unknown): HeaderPairs {
  return entriesOf(headers, "headers").map(([name, value]) => [name, toText(name, value)]);
}

/** `multiValueHeaders` of an answer. @throws Error when it is no object of arrays */
export function multiValueHeaders(headers: unknown): HeaderPairs {
  return entriesOf(headers, "multiValueHeaders").flatMap(([name, values]) => {
    if (!Array.isArray(values)) throw new Error(`the response's multiValueHeaders has no array for ${name}`);
    return values.map((value): [string, string] => [name, toText(name, value)]);
  });
}

/** Both as one list. A name that is in both counts as the second says. */
export function allHeaders(headers: unknown, multiValue: unknown): HeaderPairs {
  const many = multiValueHeaders(multiValue);
  const replaced = new Set(many.map(([name]) => name.toLowerCase()));
  return [...stringHeaders(headers).filter(([name]) => !replaced.has(name.toLowerCase())), ...many];
}

function entriesOf(headers: unknown, what: string): [string, unknown][] {
  if (headers === undefined || headers === null) return [];
  if (!isRecord(headers)) throw new Error(`the response's ${what} is no object`);
  return Object.entries(headers).filter(([, value]) => value !== undefined && value !== null);
}

function toText(name: string, value: unknown): string {
  if (typeof value === "object") throw new Error(`the response's header ${name} is no string`);
  return String(value);
}
