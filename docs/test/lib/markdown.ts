/** A fenced block of a page: "```ts server.ts" has the language "ts" and the file name "server.ts". */
export interface Block {
  readonly language: string;
  readonly file: string | undefined;
  /** Number of its first line of code in the page, from 1. */
  readonly line: number;
  readonly lines: readonly string[];
}

/** The fenced blocks of a page. @throws Error for fences that it would misread */
export function parseBlocks(page: string): Block[] {
  const blocks: Block[] = [];
  let open: (Omit<Block, "lines"> & { readonly lines: string[] }) | undefined;
  for (const [index, text] of page.split("\n").entries()) {
    if (!/^\s*```/.test(text)) {
      open?.lines.push(text);
      continue;
    }
    if (!text.startsWith("```")) throw new Error(`line ${index + 1}: a fence must start its line`);
    if (open !== undefined) {
      blocks.push(open);
      open = undefined;
      continue;
    }
    const [language = "", file] = text.slice(3).trim().split(/\s+/);
    open = { language, file, line: index + 2, lines: [] };
  }
  if (open !== undefined) throw new Error(`line ${open.line - 1}: this fence is never closed`);
  return blocks;
}

/** Targets of the links of a page, code left out, with their lines. */
export function parseLinks(page: string): { readonly target: string; readonly line: number }[] {
  let isCode = false;
  return page.split("\n").flatMap((text, index) => {
    if (text.startsWith("```")) isCode = !isCode;
    if (isCode) return [];
    const links = text.replace(/`[^`]*`/g, "").matchAll(/\]\(([^)\s]+)\)/g);
    return [...links].map(([, target = ""]) => ({ target, line: index + 1 }));
  });
}

/** The anchors that GitHub gives the headings of a page. */
export function parseAnchors(page: string): Set<string> {
  const headings = page.replace(/^```[\s\S]*?^```/gm, "").matchAll(/^#+ +(.+)$/gm);
  return new Set([...headings].map(([, heading = ""]) => anchorOf(heading)));
}

function anchorOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");
}
