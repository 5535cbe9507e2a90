import { type Block, parseBlocks } from "./markdown.ts";

/** One module that a page tells: its TypeScript blocks, each line where it stands in the page. */
export interface GuideModule {
  /** "main.ts" unless its blocks say otherwise. Tests end in ".tests.ts", lest vitest finds them before they are there. */
  readonly file: string;
  /** Whether it consists of tests, for vitest to run. */
  readonly isTest: boolean;
  readonly source: string;
  readonly expected: readonly Expectation[];
}

/** A line that the module must print: `// -> text` in its source. */
export interface Expectation {
  readonly text: string;
  readonly line: number;
}

/** What a page makes a reader write. */
export interface Guide {
  /** Path of the page, from the root of the repository. */
  readonly page: string;
  readonly modules: readonly GuideModule[];
  /** Other files with a name: schemas, settings. */
  readonly files: readonly { readonly file: string; readonly text: string }[];
  /** Commands for a shell, with the lines they stand on. */
  readonly commands: readonly { readonly text: string; readonly line: number }[];
}

export function parseGuide(page: string, text: string): Guide {
  const blocks = parseBlocks(text);
  const typescript = blocks.filter((block) => block.language === "ts");
  const names = [...new Set(typescript.map((block) => block.file ?? "main.ts"))];
  return {
    page,
    modules: names.map((name) =>
      moduleOf(
        name,
        typescript.filter((block) => (block.file ?? "main.ts") === name),
      ),
    ),
    files: blocks.flatMap(({ language, file, lines }) =>
      language === "ts" || file === undefined ? [] : [{ file, text: `${lines.join("\n")}\n` }],
    ),
    commands: blocks.filter((block) => block.language === "sh").flatMap(commandsOf),
  };
}

function moduleOf(file: string, blocks: readonly Block[]): GuideModule {
  const lines: string[] = [];
  for (const block of blocks) {
    while (lines.length < block.line - 1) lines.push("");
    lines.push(...block.lines);
  }
  const expected = lines.flatMap((source, index) => {
    const text = /\/\/ ->(?: (.*))?$/.exec(source);
    return text === null ? [] : [{ text: text[1] ?? "", line: index + 1 }];
  });
  const isTest = file.endsWith(".test.ts");
  return {
    file: isTest ? file.replace(/\.test\.ts$/, ".tests.ts") : file,
    isTest,
    source: `${lines.join("\n")}\n`,
    expected,
  };
}

/** The commands of a block, continued lines joined, comments dropped. */
function commandsOf({ lines, line }: Block): { text: string; line: number }[] {
  const commands: { text: string; line: number }[] = [];
  let open = "";
  for (const [index, text] of lines.entries()) {
    open += text.replace(/\\$/, "");
    if (text.endsWith("\\")) continue;
    const command = open.replace(/(^|\s)#.*$/, "").trim();
    if (command !== "") commands.push({ text: command, line: line + index });
    open = "";
  }
  return commands;
}
