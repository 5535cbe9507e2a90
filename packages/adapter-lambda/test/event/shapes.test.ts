import { describe, expect, test } from "vitest";
import { MalformedEvent } from "../../src/event/fields.ts";
import { shapeOf } from "../../src/event/shape.ts";
import * as events from "../support/events.ts";

const QUERY = "parameter1=value1&parameter1=value2&parameter2=value";

test.each([
  ["function-url", events.FUNCTION_URL, true, "123.123.123.123", QUERY],
  ["http-api", events.HTTP_API, false, "123.123.123.123", QUERY],
  ["http-api", events.HTTP_API_STAGE, false, "123.123.123.123", QUERY],
  [
    "http-api-v1",
    events.HTTP_API_V1,
    false,
    "192.0.2.1",
    "parameter1=value1&parameter1=value2&parameter2=va%20lue",
  ],
  [
    "http-api-v1",
    events.HTTP_API_V1_STAGE,
    false,
    "192.0.2.1",
    "parameter1=value1&parameter1=value2&parameter2=va%20lue",
  ],
  ["rest-api", events.REST_API, true, "192.0.2.1", "parameter1=value1&parameter1=value2&parameter2=va%20lue"],
  ["alb", events.ALB, false, "72.21.198.66", "parameter1=value%202"],
  [
    "alb-multi-value",
    events.ALB_MULTI_VALUE,
    false,
    "72.21.198.66",
    "parameter1=value1&parameter1=value%202",
  ],
  ["invoke", events.INVOKE, true, undefined, ""],
])("%s is known by its event, and read", (name, sent, streams, peer, query) => {
  const { shape, event } = shapeOf(sent);
  expect(shape).toMatchObject({ name, streams });
  const request = shape.read(event);
  expect(request).toMatchObject({ method: "POST", path: "/contract.Raw/Echo", peer, query });
  expect(request.headers.get("content-type")).toBe("application/grpc-web+proto");
});

describe("headers", () => {
  test("repeated ones are all there", () => {
    const { shape, event } = shapeOf(events.REST_API);
    const seen: string[] = [];
    shape.read(event).headers.forEach((value, name) => void seen.push(`${name}: ${value}`));
    expect(seen).toContain("header2: value1");
    expect(seen).toContain("header2: value2");
    expect(shape.read(event).headers.get("header2")).toBe("value1, value2");
  });

  test("cookies become a header again", () => {
    const { shape, event } = shapeOf(events.FUNCTION_URL);
    expect(shape.read(event).headers.get("cookie")).toBe("cookie1=one; cookie2=two");
  });

  test.each([events.REST_API, events.ALB_MULTI_VALUE])(
    "cookies that came apart are one again: %#",
    (sent) => {
      const { shape, event } = shapeOf({ ...sent, multiValueHeaders: { Cookie: ["a=1", "b=2; c=3"] } });
      const seen: string[] = [];
      shape.read(event).headers.forEach((value, name) => void seen.push(`${name}: ${value}`));
      expect(seen).toEqual(["cookie: a=1; b=2; c=3"]);
    },
  );

  test.each(["content-type", "Content-Type", "CONTENT-TYPE", "cOnTeNt-TyPe"])("in any casing: %s", (name) => {
    const { shape, event } = shapeOf({ ...events.FUNCTION_URL, headers: { [name]: "a/b" } });
    expect(shape.read(event).headers.get("content-type")).toBe("a/b");
  });

  test("none at all, as API Gateway's console sends it", () => {
    const { shape, event } = shapeOf({ ...events.REST_API, headers: null, multiValueHeaders: null });
    expect(shape.read(event).headers.get("content-type")).toBeNull();
  });
});

test.each(["contract.Raw/Echo", "/contract.Raw/Echo"])("a greedy parameter is a path: %s", (proxy) => {
  const { shape, event } = shapeOf({ ...events.REST_API, path: "/v1/rpc", pathParameters: { proxy } });
  expect(shape.read(event).path).toBe("/contract.Raw/Echo");
});

test.each([
  [events.REST_API, { path: "/contract.Raw/Echo" }],
  [events.REST_API, { path: "/v1/contract.Raw/Echo" }],
  [events.HTTP_API, { rawPath: "/contract.Raw/Echo" }],
  [events.HTTP_API_STAGE, { rawPath: "/prod/contract.Raw/Echo" }],
])("a greedy parameter of a service's own route is a method: %#", (sent, path) => {
  const { shape, event } = shapeOf({ ...sent, ...path, pathParameters: { proxy: "Echo" } });
  expect(shape.read(event).path).toBe("/contract.Raw/Echo");
});

test("a greedy parameter that is all of the path stays what it is", () => {
  const { shape, event } = shapeOf({ ...events.REST_API, path: "/Echo", pathParameters: { proxy: "Echo" } });
  expect(shape.read(event).path).toBe("/Echo");
});

test("a path stays whole where there is no stage, whatever its service is called", () => {
  const { shape, event } = shapeOf({ ...events.INVOKE, rawPath: "/undefined/Echo" });
  expect(shape.read(event).path).toBe("/undefined/Echo");
});

test("a REST API's path stays whole, whatever its stage is called", () => {
  const { shape, event } = shapeOf({ ...events.REST_API, path: "/prod/Echo", pathParameters: null });
  expect(shape.read(event).path).toBe("/prod/Echo");
});

test("a query that is no well-formed text does not fail the invocation", () => {
  const query = { queryStringParameters: { a: "\ud800" }, multiValueQueryStringParameters: null };
  const { shape, event } = shapeOf({ ...events.REST_API, ...query });
  expect(shape.read(event).query).toBe("a=%EF%BF%BD");
});

test("a question mark before the query is none of it", () => {
  const { shape, event } = shapeOf({ ...events.FUNCTION_URL, rawQueryString: "?a=1" });
  expect(shape.read(event).query).toBe("a=1");
});

test.each([
  ["rawPath", { rawPath: undefined }],
  ["rawPath", { rawPath: 5 }],
  ["headers", { headers: ["content-type"] }],
  ["content-type", { headers: { "content-type": 5 } }],
  ["requestContext", { requestContext: "none", rawPath: "/a/b" }],
  ["http", { requestContext: { ...events.FUNCTION_URL.requestContext, http: [] } }],
  ["method", { requestContext: { ...events.FUNCTION_URL.requestContext, http: { method: {} } } }],
  ["cookies", { cookies: [1] }],
  ["pathParameters", { pathParameters: "proxy" }],
])("a fault is named: %s", (field, fault) => {
  const { shape, event } = shapeOf({ ...events.FUNCTION_URL, ...fault });
  expect(() => shape.read(event)).toThrow(MalformedEvent);
  expect(() => shape.read(event)).toThrow(field);
});

test.each([
  ["null", null],
  ["a string", "hello"],
  ["an array", [1]],
  ["a number", 7],
  ["the keys: Records", { Records: [] }],
  ["the keys: ", {}],
])("what is no request of HTTP fails the invocation: %s", (what, event) => {
  expect(() => shapeOf(event)).toThrow(TypeError);
  expect(() => shapeOf(event)).toThrow(what);
});
