import { expect, test } from "vitest";
import { headersObject, NodeHeaders } from "../src/headers.ts";

test("names that objects inherit are names like any other", () => {
  const headers = headersObject(["constructor", "a", "__proto__", "b", "__proto__", "c"], 200);
  expect(Object.entries(headers)).toEqual([
    [":status", 200],
    ["constructor", "a"],
    ["__proto__", ["b", "c"]],
  ]);
});

test("repeated fields are joined for a look-up, and visited one by one", () => {
  const raw = ["X-A", "1", "x-a", "2", "Set-Cookie", "c"];
  const headers = new NodeHeaders({ "x-a": "1, 2", "set-cookie": ["c", "d"] }, raw);
  expect([headers.get("x-a"), headers.get("set-cookie"), headers.get("x-b")]).toEqual(["1, 2", "c, d", null]);
  const visited: [string, string][] = [];
  headers.forEach((value, name) => void visited.push([name, value]));
  expect(visited).toEqual([
    ["x-a", "1"],
    ["x-a", "2"],
    ["set-cookie", "c"],
  ]);
});
