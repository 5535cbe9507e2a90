/** A group of bars: one thing measured, and each contender's part of the floor's figure. */
export interface BarGroup {
  readonly title: string;
  readonly bars: readonly Bar[];
}

export interface Bar {
  readonly contender: string;
  /** 1 is the floor. */
  readonly ofFloor: number;
}

const LABEL_WIDTH = 350;
const PLOT_WIDTH = 400;
const RIGHT = 60;
const BAR = 11;
const GAP = 14;
const TOP = 46;
/** The right end of the plot. */
const MOST = 1.2;

const COLORS: Readonly<Record<string, string>> = {
  railhead: "#2f7de1",
  "grpc-js": "#d98a1f",
  "connect-es": "#8a63c9",
};

const STYLE = `text { font: 12px system-ui, sans-serif; fill: #333 } .small { font-size: 10px; fill: #777 } line { stroke: #999 }
@media (prefers-color-scheme: dark) { text { fill: #ddd } .small { fill: #aaa } }`;

/** Horizontal bars as SVG, in which 100 % is the floor. */
export function drawChart(groups: readonly BarGroup[]): string {
  const width = LABEL_WIDTH + PLOT_WIDTH + RIGHT;
  let y = TOP;
  const body: string[] = [];
  for (const { title, bars } of groups) {
    const middle = y + (bars.length * BAR) / 2 + 4;
    body.push(`<text x="${LABEL_WIDTH - 10}" y="${middle}" text-anchor="end">${escaped(title)}</text>`);
    for (const bar of bars) {
      body.push(drawBar(bar, y));
      y += BAR;
    }
    y += GAP;
  }
  const floor = x(1);
  const axis = [
    `<line x1="${floor}" y1="${TOP - 12}" x2="${floor}" y2="${y - GAP / 2}" stroke-dasharray="3 3"/>`,
    `<text class="small" x="${floor}" y="${TOP - 16}" text-anchor="middle">the floor</text>`,
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" width="${width}" role="img" aria-label="Throughput, the floor being 100 %">`,
    `<style>${STYLE}</style>`,
    ...legend(),
    ...axis,
    ...body,
    "</svg>",
    "",
  ].join("\n");
}

function drawBar({ contender, ofFloor }: Bar, y: number): string {
  const end = x(Math.min(ofFloor, MOST));
  const percent = `${Math.round(ofFloor * 100)} %`;
  return [
    `<rect x="${LABEL_WIDTH}" y="${y}" width="${(end - LABEL_WIDTH).toFixed(1)}" height="${BAR - 1}" fill="${COLORS[contender]}"/>`,
    `<text class="small" x="${(end + 4).toFixed(1)}" y="${y + BAR - 2}">${percent}</text>`,
  ].join("");
}

function legend(): string[] {
  return Object.entries(COLORS).map(([contender, color], index) => {
    const left = 10 + index * 105;
    return `<rect x="${left}" y="10" width="10" height="10" fill="${color}"/><text x="${left + 16}" y="19">${contender === "railhead" ? "Railhead" : contender}</text>`;
  });
}

export function isCharted(contender: string): boolean {
  return Object.hasOwn(COLORS, contender);
}

function x(ofFloor: number): number {
  return LABEL_WIDTH + (ofFloor / MOST) * PLOT_WIDTH;
}

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}
