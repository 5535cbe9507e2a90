import { expect, test } from "vitest";
import { ContextValues, createContextKey } from "../src/context.ts";

test("a value is found under its key", () => {
  const key = createContextKey<{ id: number }>("user");
  const user = { id: 1 };
  const values = new ContextValues();
  expect(values.has(key)).toBe(false);
  expect(values.set(key, user)).toBe(values);
  expect(values.has(key)).toBe(true);
  expect(values.get(key)).toBe(user);
});

test("keys of the same name do not collide", () => {
  const [first, second] = [createContextKey<string>("name"), createContextKey<string>("name")];
  const values = new ContextValues().set(first, "1").set(second, "2");
  expect([values.get(first), values.get(second)]).toEqual(["1", "2"]);
});

test("without a value there is the default, and without a default an error that names the key", () => {
  const values = new ContextValues();
  expect(values.get(createContextKey("locale", "en"))).toBe("en");
  expect(() => values.get(createContextKey("user"))).toThrow(new Error('no value for context key "user"'));
});

test.each<[string, unknown]>([
  ["0", 0],
  ["false", false],
  ['""', ""],
  ["null", null],
])("%s is a value and a default like any other", (_, value) => {
  const key = createContextKey<unknown>("key");
  expect(new ContextValues().set(key, value).get(key)).toBe(value);
  expect(new ContextValues().get(createContextKey<unknown>("key", value))).toBe(value);
});

test("undefined that was set wins over the default", () => {
  const key = createContextKey<string | undefined>("key", "default");
  const values = new ContextValues().set(key, undefined);
  expect(values.get(key)).toBeUndefined();
  expect(values.delete(key)).toBe(true);
  expect(values.delete(key)).toBe(false);
  expect(values.get(key)).toBe("default");
});

test("a key cannot be changed", () => {
  expect(Object.isFrozen(createContextKey("key", 1))).toBe(true);
});

test("calls do not share values", () => {
  const key = createContextKey<string>("key", "default");
  new ContextValues().set(key, "other");
  expect(new ContextValues().get(key)).toBe("default");
});
