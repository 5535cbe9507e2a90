/** Names with several values, in the order in which they came. */
export type MultiMap = ReadonlyMap<string, readonly string[]>;

export function toMultiMap(pairs: Iterable<readonly [name: string, value: string]>): MultiMap {
  const map = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const values = map.get(name);
    if (values === undefined) map.set(name, [value]);
    else values.push(value);
  }
  return map;
}

export function multiValues(map: MultiMap): Record<string, readonly string[]> {
  return Object.fromEntries(map);
}

export function lastValues(map: MultiMap): Record<string, string> {
  return mapValues(map, (values) => values.at(-1) ?? "");
}

export function joinedValues(map: MultiMap): Record<string, string> {
  return mapValues(map, (values) => values.join(","));
}

function mapValues(map: MultiMap, toText: (values: readonly string[]) => string): Record<string, string> {
  return Object.fromEntries([...map].map(([name, values]) => [name, toText(values)]));
}
