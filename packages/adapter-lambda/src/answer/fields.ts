import type { HeaderList } from "@railhead/core/transport";

/** One value for each name, repeated fields joined; cookies, which cannot be joined, apart. */
export interface JoinedFields {
  readonly headers: Record<string, string>;
  readonly cookies: string[];
}

export function joinFields(list: HeaderList): JoinedFields {
  // Without a prototype: "constructor" and "__proto__" are names like any other.
  const headers: Record<string, string> = Object.create(null);
  const cookies: string[] = [];
  for (let at = 0; at + 1 < list.length; at += 2) {
    const name = list[at] ?? "";
    const value = list[at + 1] ?? "";
    if (name === "set-cookie") cookies.push(value);
    else headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
  }
  return { headers, cookies };
}

/** All values of each name. */
export function groupFields(list: HeaderList): Record<string, string[]> {
  const headers: Record<string, string[]> = Object.create(null);
  for (let at = 0; at + 1 < list.length; at += 2) {
    const name = list[at] ?? "";
    headers[name] = [...(headers[name] ?? []), list[at + 1] ?? ""];
  }
  return headers;
}

/** Whether the list has the name, not as the value of another: preflights allow "content-type". */
export function hasField(list: HeaderList, name: string): boolean {
  return list.some((text, at) => at % 2 === 0 && text === name);
}
