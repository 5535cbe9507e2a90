import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { JOHN } from "@railhead/example-user-service";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DynamoUserRepository } from "../src/dynamo-repository.ts";
import { startDynamo } from "./support/dynamo.ts";

const ADA = { id: "ada", name: "Ada", email: "ada@example.com", tags: ["first", "poet"] };

let dynamo: Awaited<ReturnType<typeof startDynamo>>;
let users: DynamoUserRepository;
beforeAll(async () => {
  dynamo = await startDynamo();
  users = new DynamoUserRepository(new DynamoDB(dynamo.config), dynamo.table);
});
afterAll(() => dynamo.close());

test("a user is stored, found and not stored twice", async () => {
  expect(await users.find("ada")).toBeUndefined();
  expect(await users.add(JOHN)).toBe(true);
  expect(await users.add(ADA)).toBe(true);
  expect(await users.add({ ...ADA, name: "Another" })).toBe(false);
  expect(await users.find("ada")).toEqual(ADA);
  expect(await users.find("")).toBeUndefined();
});

test("users are listed in order of creation, by tag, and no more than asked for", async () => {
  for (let index = 0; index < 250; index++) {
    await users.add({ id: `user-${index}`, name: "N", email: "", tags: index % 2 === 0 ? ["even"] : [] });
  }
  const idsOf = async (tag: string, limit: number) => {
    const listed = await Array.fromAsync(users.list({ tag, limit }));
    return listed.map(({ id }) => id);
  };
  const all = await idsOf("", 0);
  expect(all.slice(0, 4)).toEqual(["123", "ada", "user-0", "user-1"]);
  expect(all.length).toBe(252);
  expect(await idsOf("", 1)).toEqual(["123"]);
  expect(await idsOf("", 101)).toEqual(all.slice(0, 101));
  expect((await idsOf("even", 0)).length).toBe(125);
  expect(await idsOf("even", 2)).toEqual(["user-0", "user-2"]);
  expect(await idsOf("nobody", 5)).toEqual([]);
});

test("a list that ends with a page does not ask for the next one", async () => {
  const client = new DynamoDB(dynamo.config);
  let queries = 0;
  const count =
    <In, Out>(next: (call: In) => Out) =>
    (call: In): Out => {
      queries++;
      return next(call);
    };
  client.middlewareStack.add(count, { step: "initialize" });
  const listed = await Array.fromAsync(
    new DynamoUserRepository(client, dynamo.table).list({ tag: "", limit: 2 }),
  );
  expect(listed.length).toBe(2);
  expect(queries).toBe(1);
});
