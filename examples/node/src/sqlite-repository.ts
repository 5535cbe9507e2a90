import { DatabaseSync, type SQLOutputValue } from "node:sqlite";
import { JOHN, type StoredUser, type UserFilter, type UserRepository } from "@railhead/example-user-service";

/** Users in SQLite, in memory or in a file. */
export class SqliteUserRepository implements UserRepository {
  readonly #db: DatabaseSync;

  /** @param file a path, made if need be, or ":memory:" */
  constructor(file: string) {
    this.#db = new DatabaseSync(file);
    this.#db.exec(`
      CREATE TABLE IF NOT EXISTS users (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        email TEXT NOT NULL,
        tags TEXT NOT NULL -- a JSON array
      )`);
    this.#insert(JOHN);
  }

  find(id: string): Promise<StoredUser | undefined> {
    const row = this.#db.prepare("SELECT id, name, email, tags FROM users WHERE id = ?").get(id);
    return Promise.resolve(row && fromRow(row));
  }

  async *list({ tag, limit }: UserFilter): AsyncGenerator<StoredUser> {
    const query = this.#db.prepare(`
      SELECT id, name, email, tags FROM users
      WHERE :tag = '' OR EXISTS (SELECT 1 FROM json_each(tags) WHERE value = :tag)
      ORDER BY rowid LIMIT :limit`);
    // A negative LIMIT is none.
    for (const row of query.iterate({ tag, limit: limit === 0 ? -1 : limit })) yield fromRow(row);
  }

  add(user: StoredUser): Promise<boolean> {
    return Promise.resolve(this.#insert(user));
  }

  close(): void {
    this.#db.close();
  }

  #insert({ id, name, email, tags }: StoredUser): boolean {
    const insert = this.#db.prepare(
      "INSERT OR IGNORE INTO users (id, name, email, tags) VALUES (?, ?, ?, ?)",
    );
    return insert.run(id, name, email, JSON.stringify(tags)).changes > 0;
  }
}

function fromRow(row: Record<string, SQLOutputValue>): StoredUser {
  return {
    id: String(row.id),
    name: String(row.name),
    email: String(row.email),
    tags: JSON.parse(String(row.tags)),
  };
}
