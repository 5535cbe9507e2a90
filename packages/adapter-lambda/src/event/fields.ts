/** Reading JSON that anybody may have sent. */

/** An event that a front end may have made, but with a field that is none of its kind. */
export class MalformedEvent extends Error {
  override readonly name = "MalformedEvent";
}

export type Fields = Readonly<Record<string, unknown>>;

/** Undefined for anything that is no object. */
export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** The object in a field; an empty one where there is none. Throws a MalformedEvent for anything else. */
export function objectAt(fields: Fields, name: string): Fields {
  const value = fields[name] ?? {};
  const object = fieldsOf(value);
  if (object === undefined) throw new MalformedEvent(`${name} is ${kindOf(value)}, not an object`);
  return object;
}

/** The text in a field; undefined where there is none. Throws a MalformedEvent for anything else. */
export function textAt(fields: Fields, name: string): string | undefined {
  const value = fields[name] ?? undefined;
  if (value === undefined || typeof value === "string") return value;
  throw new MalformedEvent(`${name} is ${kindOf(value)}, not a string`);
}

/** The texts in a field, one or a list of them. Throws a MalformedEvent for anything else. */
export function textsAt(fields: Fields, name: string): readonly string[] {
  const value = fields[name] ?? [];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.map((item) => {
    if (typeof item === "string") return item;
    throw new MalformedEvent(`${name} holds ${kindOf(item)}, not strings`);
  });
}

export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
