// What platforms carry, as a table whose cells are results of the contract suite: nothing in it is typed by hand.

/** @typedef {{ suite: string, group: string, title: string, passed: boolean }} Result */

/** Protocols under the names that people know them by, in the order of the table. */
const protocols = {
  grpc: "gRPC",
  "grpc-web": "gRPC-Web",
  "grpc-web-text": "gRPC-Web-text",
  connect: "Connect",
};

const kinds = ["unary", "server streaming", "client streaming", "bidi"];

/** Each row is true of a platform that ran the cases of this name and failed none. */
const traits = [
  [
    "Response messages arrive as the handler gives them",
    "kinds",
    /a message arrives while the handler waits/,
  ],
  ["Request messages arrive as the client sends them", "kinds", /gets a message while the client waits/],
  ["Full duplex", "kinds", /an answer comes before the next message goes/],
  ["A slow reader stops the handler", "backpressure", /a reader that stops stops the handler/],
  ["A slow handler stops the sender", "backpressure", /a handler that does not read stops the sender/],
  ["A client that leaves is noticed while bytes flow", "cancellation", /while messages flow/],
  ["A client that leaves is noticed while none do", "cancellation", /while a stream waits/],
  ["Deadlines", "deadlines", /./],
  ["gzip and deflate", "compression", /^(gzip|deflate|a compressed stream)/],
];

/**
 * The results of the contract suite in a JSON report of vitest's.
 *
 * @returns {Result[]}
 */
export function contractResults(report) {
  return report.testResults.flatMap(({ assertionResults }) =>
    assertionResults.flatMap(({ ancestorTitles: [suite = "", group = ""], title, status }) =>
      suite.startsWith("contract: ")
        ? [{ suite: suite.slice("contract: ".length), group, title, passed: status === "passed" }]
        : [],
    ),
  );
}

/**
 * @param {readonly Result[]} results
 * @param {readonly { title: string, suite: string }[]} columns
 */
export function contractTable(results, columns) {
  const suites = columns.map(({ suite }) => {
    const own = results.filter((result) => result.suite === suite);
    if (own.length === 0) throw new Error(`the report has no contract suite "${suite}"`);
    return own;
  });
  const row = (label, cell) => `| ${[label, ...suites.map(cell)].join(" | ")} |`;
  return [
    `| | ${columns.map(({ title }) => title).join(" | ")} |`,
    `| --- |${" --- |".repeat(columns.length)}`,
    ...Object.entries(protocols).map(([name, label]) => row(label, (own) => kindsCell(own, name))),
    ...traits.map(([label, group, title]) => row(label, (own) => traitCell(own, group, title))),
  ].join("\n");
}

/** Which kinds of RPC a platform carries in a protocol. */
function kindsCell(results, protocol) {
  const carried = kinds.filter(
    (kind) => traitCell(results, `kinds over ${protocol}`, new RegExp(`^(raw|typed) ${kind}`)) === "yes",
  );
  if (carried.length === kinds.length) return "all four kinds";
  return carried.length === 0 ? "no" : carried.join(", ");
}

function traitCell(results, group, title) {
  const cases = results.filter((result) => isIn(result, group) && title.test(result.title));
  const failed = cases.find(({ passed }) => !passed);
  if (failed !== undefined) throw new Error(`failed: ${failed.suite}: ${failed.group}: ${failed.title}`);
  return cases.length > 0 ? "yes" : "no";
}

/** A group by its whole name, or by its name without the protocol. */
function isIn({ group: name }, group) {
  return name === group || name.startsWith(`${group} over `);
}

/** The text with what stands between the marks of a table replaced. */
export function withTable(text, name, table) {
  const marked = new RegExp(`(<!-- table: ${name} -->\n)[\\s\\S]*?(<!-- end of table -->)`);
  if (!marked.test(text)) throw new Error(`there is no place for the table "${name}"`);
  return text.replace(marked, (_, begin, end) => `${begin}\n${table}\n\n${end}`);
}
