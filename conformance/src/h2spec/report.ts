/** One case of h2spec, as it went. */
export interface H2specCase {
  /** As h2spec takes it on its command line, such as "http2/6.9.1/3". */
  readonly name: string;
  readonly title: string;
  readonly state: "passed" | "failed" | "skipped";
  /** What was expected and what came instead, where it failed. */
  readonly detail: string;
}

/** The parts of h2spec: a report without one of them is of a run that was not complete. */
const PARTS = ["generic", "http2", "hpack"];

/**
 * Reads the JUnit report of h2spec. What stands inside of its failures is not escaped, so that it is no XML.
 *
 * @throws Error when the report does not hold all that it says it does
 */
export function parseReport(text: string): H2specCase[] {
  const cases = [...text.matchAll(/<testsuite ([^>]*)>([\s\S]*?)<\/testsuite>/g)].flatMap(
    ([, attributes = "", content = ""]) => casesOf(attributes, content),
  );
  for (const part of PARTS) {
    if (!cases.some(({ name }) => name.startsWith(`${part}/`))) {
      throw new Error(`the report of h2spec has no cases of "${part}"`);
    }
  }
  return cases;
}

function casesOf(attributes: string, content: string): H2specCase[] {
  const section = attribute(attributes, "package");
  const announced = Number(attribute(attributes, "tests"));
  const cases = [...content.matchAll(/<testcase ([^>]*)>([\s\S]*?)<\/testcase>/g)].map(
    ([, of = "", result = ""], index): H2specCase => ({
      // The report leaves the number out; the order is that of the cases.
      name: `${section}/${index + 1}`,
      title: attribute(of, "classname"),
      ...resultOf(result),
    }),
  );
  if (cases.length !== announced) {
    throw new Error(
      `the report of h2spec announces ${announced} cases in ${section} and has ${cases.length}`,
    );
  }
  return cases;
}

function resultOf(text: string): Pick<H2specCase, "state" | "detail"> {
  const failure = /<(error|failure)>([\s\S]*)<\/\1>/.exec(text);
  if (failure !== null) return { state: "failed", detail: failure[2] ?? "" };
  if (text.includes("<skipped>")) return { state: "skipped", detail: "skipped by h2spec" };
  if (text.trim() === "") return { state: "passed", detail: "" };
  throw new Error(`the report of h2spec has a result that is not known: ${text.trim()}`);
}

function attribute(text: string, name: string): string {
  const value = new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(text)?.[1];
  if (value === undefined) throw new Error(`the report of h2spec lacks "${name}" in: ${text}`);
  return value.replace(/&#34;/g, '"').replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}
