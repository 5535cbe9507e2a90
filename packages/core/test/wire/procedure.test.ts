import { expect, test } from "vitest";
import { parseProcedure } from "../../src/wire/procedure.ts";

test.each([
  ["/example.UserService/GetUser", "example.UserService", "GetUser"],
  ["/S/M", "S", "M"],
  ["/a.b.c.d.Service/Method_1", "a.b.c.d.Service", "Method_1"],
  ["/UPPER.lower/mixedCase", "UPPER.lower", "mixedCase"],
  ["/__proto__/constructor", "__proto__", "constructor"],
])("%s names a service and a method", (path, serviceName, methodName) => {
  expect(parseProcedure(path)).toEqual({ serviceName, methodName });
});

test.each([
  "",
  "/",
  "//",
  "///",
  "/Service",
  "/Service/",
  "//Method",
  "Service/Method",
  "x/Service/Method",
  "/prefix/Service/Method",
  "/Service/Method/",
  "/Service//Method",
  "//Service/Method",
  "*",
  "https://host/Service/Method",
])("%j does not", (path) => {
  expect(parseProcedure(path)).toBeUndefined();
});
