import { ConditionalCheckFailedException, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, PutCommand, paginateQuery } from "@aws-sdk/lib-dynamodb";
import type { StoredUser, UserFilter, UserRepository } from "@railhead/example-user-service";

/** Index of all users by their creation: tables themselves have no order. */
const BY_CREATION = "byCreation";
/** The one value of that index's hash key. */
const KIND = "user";
/** Users that are fetched in one query. */
const PAGE_SIZE = 100;

/**
 * Users in DynamoDB; the table comes from the template. A user that was just added is found at once, and listed a moment
 * later: indexes follow their table.
 */
export class DynamoUserRepository implements UserRepository {
  readonly #db: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#db = DynamoDBDocumentClient.from(client);
    this.#table = table;
  }

  async find(id: string): Promise<StoredUser | undefined> {
    // Keys of DynamoDB are never empty.
    if (id === "") return undefined;
    const query = new GetCommand({ TableName: this.#table, Key: { id }, ConsistentRead: true });
    const { Item } = await this.#db.send(query);
    return Item === undefined ? undefined : toUser(Item);
  }

  async *list({ tag, limit }: UserFilter): AsyncGenerator<StoredUser> {
    let left = limit === 0 ? Number.POSITIVE_INFINITY : limit;
    const byTag = {
      FilterExpression: "contains(#tags, :tag)",
      ExpressionAttributeNames: { "#tags": "tags" },
    };
    const pages = paginateQuery(
      { client: this.#db, pageSize: Math.min(left, PAGE_SIZE) },
      {
        TableName: this.#table,
        IndexName: BY_CREATION,
        KeyConditionExpression: "kind = :kind",
        ExpressionAttributeValues: { ":kind": KIND, ...(tag !== "" && { ":tag": tag }) },
        ...(tag !== "" && byTag),
      },
    );
    for await (const { Items = [] } of pages) {
      for (const item of Items) {
        yield toUser(item);
        if (--left === 0) return;
      }
    }
  }

  async add({ id, name, email, tags }: StoredUser): Promise<boolean> {
    const Item = { id, name, email, tags: [...tags], kind: KIND, created: creationKey(id) };
    const ConditionExpression = "attribute_not_exists(id)";
    try {
      await this.#db.send(new PutCommand({ TableName: this.#table, Item, ConditionExpression }));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}

let last = 0;

/** Sorts by time, to the millisecond and, within a process, below it. */
function creationKey(id: string): string {
  last = Math.max(Date.now() * 1000, last + 1);
  return `${last}#${id}`;
}

function toUser({ id, name, email, tags }: Record<string, unknown>): StoredUser {
  return {
    id: String(id),
    name: String(name),
    email: String(email),
    tags: Array.isArray(tags) ? tags.map(String) : [],
  };
}
