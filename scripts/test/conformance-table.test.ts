import { expect, test } from "vitest";
import { casesTable, exclusionsTable } from "../lib/conformance-table.mjs";

test("a row for each suite and HTTP version, a dash where a protocol is not carried", () => {
  const suites = [
    {
      name: "node",
      title: "Node",
      mode: "server",
      cases: { "HTTP/1.1": { Connect: 5 }, "HTTP/2": { gRPC: 1234 } },
    },
    { name: "client-node", title: "Node", mode: "client", cases: { "HTTP/1.1": { "gRPC-Web": 7 } } },
  ];
  expect(casesTable({ suites }).split("\n").slice(2)).toEqual([
    "| Node, HTTP/1.1 | – | – | 5 |",
    "| Node, HTTP/2 | 1,234 | – | – |",
    "| client: Node, HTTP/1.1 | – | 7 | – |",
  ]);
});

test("what a comment says is left out, and nothing else", () => {
  const text =
    "# All of it.\nfeatures:\n  versions: [HTTP_VERSION_1] # no HTTP/2: why\n  codecs: [CODEC_PROTO]\n  compressions: # no snappy: why not\n    [COMPRESSION_GZIP]\n  supports_tls: false # elsewhere\n";
  expect(exclusionsTable({ "a.yaml": text }).split("\n").slice(2)).toEqual([
    "| `a.yaml` | `versions` | no HTTP/2: why |",
    "| `a.yaml` | `compressions` | no snappy: why not |",
    "| `a.yaml` | `supports_tls` | elsewhere |",
  ]);
});

test("what is turned off without a reason is an error", () => {
  expect(() => exclusionsTable({ "a.yaml": "features:\n  supports_tls: false\n" })).toThrow("supports_tls");
});
