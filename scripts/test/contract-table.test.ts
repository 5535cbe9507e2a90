import { expect, test } from "vitest";
import { contractResults, contractTable, withTable } from "../lib/contract-table.mjs";

const COLUMNS = [
  { title: "A", suite: "a" },
  { title: "B", suite: "b" },
];

function report(...cases: [suite: string, group: string, title: string, status?: string][]) {
  return {
    testResults: [
      {
        assertionResults: cases.map(([suite, group, title, status = "passed"]) => ({
          ancestorTitles: [suite, group],
          title,
          status,
        })),
      },
    ],
  };
}

function rowsOf(...cases: Parameters<typeof report>): Record<string, string[]> {
  const lines = contractTable(contractResults(report(...cases)), COLUMNS).split("\n");
  const cells = lines.map((line) => line.split("|").map((cell) => cell.trim()));
  return Object.fromEntries(cells.map(([, label = "", ...row]) => [label, row.slice(0, -1)]));
}

test("a cell says yes where a case of that name ran, no where there was none", () => {
  const rows = rowsOf(
    ["contract: a", "deadlines over grpc-web", "a handler that is too slow"],
    ["contract: b", "kinds over grpc-web", "typed unary"],
    ["not the contract", "deadlines over grpc-web", "a handler that is too slow"],
  );
  expect(rows.Deadlines).toEqual(["yes", "no"]);
});

test("a protocol's cell names the kinds that it carries", () => {
  const kinds = ["raw unary: x", "typed server streaming", "raw client streaming: y", "raw bidi: z"];
  const rows = rowsOf(
    ...kinds.map((title): [string, string, string] => ["contract: a", "kinds over grpc-web", title]),
    ["contract: b", "kinds over grpc-web", "typed unary"],
    ["contract: b", "kinds over grpc-web", "typed server streaming"],
    ["contract: b", "kinds over grpc-web-text", "typed bidi, in JSON"],
  );
  expect(rows["gRPC-Web"]).toEqual(["all four kinds", "unary, server streaming"]);
  expect(rows["gRPC-Web-text"]).toEqual(["no", "bidi"]);
  expect(rows.gRPC).toEqual(["no", "no"]);
});

test("a case that failed, or a suite that did not run, is no table", () => {
  const passed: [string, string, string] = ["contract: b", "kinds over grpc", "typed unary"];
  expect(() =>
    rowsOf(["contract: a", "deadlines over grpc", "a handler that is too slow", "failed"], passed),
  ).toThrow("failed: a: deadlines over grpc: a handler that is too slow");
  expect(() => rowsOf(passed)).toThrow('no contract suite "a"');
});

test("a table replaces what stands between its marks, and nothing else", () => {
  const page = "before\n<!-- table: contract -->\nold\n<!-- end of table -->\nafter\n";
  expect(withTable(page, "contract", "| new |")).toBe(
    "before\n<!-- table: contract -->\n\n| new |\n\n<!-- end of table -->\nafter\n",
  );
  expect(() => withTable(page, "other", "")).toThrow('no place for the table "other"');
});
