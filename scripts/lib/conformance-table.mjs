// What the official conformance suite has passed, and what it leaves out, as tables: nothing in them is typed by hand.

/** @typedef {{ name: string, title: string, mode: string, cases: Record<string, Record<string, number>> }} Suite */

const protocols = ["gRPC", "gRPC-Web", "Connect"];

/**
 * Passed cases by protocol: a row for each suite and HTTP version.
 *
 * @param {{ suites: readonly Suite[] }} results what conformance/results.json holds
 */
export function casesTable({ suites }) {
  const rows = suites.flatMap(({ title, mode, cases }) =>
    Object.entries(cases).map(([version, counts]) => {
      const name = `${mode === "client" ? "client: " : ""}${title}, ${version}`;
      return `| ${[name, ...protocols.map((protocol) => count(counts[protocol]))].join(" | ")} |`;
    }),
  );
  return [`| | ${protocols.join(" | ")} |`, "| --- | --- | --- | --- |", ...rows].join("\n");
}

/**
 * What each configuration leaves out, and why: the comments beside its settings.
 *
 * @param {Record<string, string>} configs texts of configuration files, by name
 */
export function exclusionsTable(configs) {
  const rows = Object.entries(configs).flatMap(([name, text]) =>
    exclusionsIn(text).map(({ setting, reason }) => `| \`${name}\` | \`${setting}\` | ${reason} |`),
  );
  return ["| configuration | setting | what is left out, and why |", "| --- | --- | --- |", ...rows].join(
    "\n",
  );
}

/** @returns {{ setting: string, reason: string }[]} */
function exclusionsIn(text) {
  const settings = [...text.matchAll(/^ {2}(\w+):([^#\n]*)(?:# (.*))?$/gm)];
  return settings.flatMap(([, setting, value, reason]) => {
    if (reason !== undefined) return [{ setting, reason }];
    if (value.trim() === "false") throw new Error(`${setting} is turned off, and no comment says why`);
    return [];
  });
}

function count(cases) {
  return cases === undefined ? "–" : cases.toLocaleString("en-US");
}
