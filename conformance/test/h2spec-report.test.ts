import { expect, test } from "vitest";
import { parseReport } from "../src/h2spec/report.ts";

function suite(section: string, count: number, content: string): string {
  return `  <testsuite name="1. Some" package="${section}" id="1" tests="${count}" skipped="0" failures="0" errors="1">\n${content}\n  </testsuite>\n`;
}

const PASSED =
  '<testcase package="generic/1" classname="Sends &#34;te&#34; &amp; more" time="0.0059"></testcase>';
const SKIPPED = '<testcase package="hpack/2" classname="Sends" time="0.1"><skipped></skipped></testcase>';
const FAILED =
  '<testcase package="http2/3.5" classname="Sends invalid preface" time="0.0026"><error>Closed\nError: <EOF> & so on</error></testcase>';
const HEADING = '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n';
const REPORT = `${HEADING}${suite("generic/1", 1, PASSED)}${suite("http2/3.5", 2, PASSED + FAILED)}${suite("hpack/2", 1, SKIPPED)}</testsuites>`;

test("cases are named as h2spec names them, and told by how they went", () => {
  expect(parseReport(REPORT)).toEqual([
    { name: "generic/1/1", title: 'Sends "te" & more', state: "passed", detail: "" },
    { name: "http2/3.5/1", title: 'Sends "te" & more', state: "passed", detail: "" },
    {
      name: "http2/3.5/2",
      title: "Sends invalid preface",
      state: "failed",
      detail: "Closed\nError: <EOF> & so on",
    },
    { name: "hpack/2/1", title: "Sends", state: "skipped", detail: "skipped by h2spec" },
  ]);
});

test.each([
  ["lacks a part", REPORT.replace(suite("hpack/2", 1, SKIPPED), ""), 'no cases of "hpack"'],
  ["lacks a case", REPORT.replace(FAILED, ""), "announces 2 cases in http2/3.5 and has 1"],
  ["is empty", "", 'no cases of "generic"'],
  ["has results of another kind", REPORT.replaceAll("skipped>", "unknown>"), "not known: <unknown>"],
  ["has cases without a title", REPORT.replaceAll("classname", "name"), 'lacks "classname"'],
])("a report that %s is not taken", (_, report, message) => {
  expect(() => parseReport(report)).toThrow(message);
});
