/** What V8's profiler writes: https://chromedevtools.github.io/devtools-protocol/v8/Profiler/#type-Profile */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      /** From 0. */
      readonly lineNumber: number;
    };
  }[];
  readonly samples: readonly number[];
  /** Microseconds between a sample and the one before. */
  readonly timeDeltas: readonly number[];
}

export interface SelfTime {
  /** Such as "respond node:internal/http2/core:3040". */
  readonly place: string;
  /** Of the time that was not idle. */
  readonly share: number;
}

/** The time that each function spent in itself, the longest first. */
export function selfTimes({ nodes, samples, timeDeltas }: CpuProfile): SelfTime[] {
  const places = new Map(nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]));
  const times = new Map<string, number>();
  let total = 0;
  for (const [index, id] of samples.entries()) {
    const place = places.get(id) ?? "";
    const time = timeDeltas[index] ?? 0;
    if (place === "(idle)") continue;
    times.set(place, (times.get(place) ?? 0) + time);
    total += time;
  }
  return [...times]
    .map(([place, time]) => ({ place, share: time / total }))
    .toSorted((a, b) => b.share - a.share);
}

function placeOf({ functionName, url, lineNumber }: CpuProfile["nodes"][number]["callFrame"]): string {
  const name = functionName === "" ? "(anonymous)" : functionName;
  const file = url
    .replace(/^.*\/node_modules\/(?:\.pnpm\/[^/]+\/node_modules\/)?/, "")
    .replace(/^file:\/\/.*\/(?=packages\/|bench\/)/, "");
  return url === "" ? name : `${name} ${file}:${lineNumber + 1}`;
}
