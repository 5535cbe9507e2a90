import type { StoredUser, UserFilter, UserRepository } from "@railhead/example-user-service";

/** Users that are fetched in one query. */
const PAGE_SIZE = 100;

interface Row {
  readonly rowid: number;
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly tags: string;
}

/** Users in D1; the table comes from `migrations/`. */
export class D1UserRepository implements UserRepository {
  readonly #db: D1Database;

  constructor(db: D1Database) {
    this.#db = db;
  }

  async find(id: string): Promise<StoredUser | undefined> {
    const query = this.#db.prepare("SELECT rowid, id, name, email, tags FROM users WHERE id = ?");
    const row = await query.bind(id).first<Row>();
    return row === null ? undefined : fromRow(row);
  }

  async *list({ tag, limit }: UserFilter): AsyncGenerator<StoredUser> {
    let left = limit === 0 ? Number.POSITIVE_INFINITY : limit;
    for (let after = 0; left > 0; ) {
      const page = await this.#page(tag, after, Math.min(left, PAGE_SIZE));
      for (const row of page) yield fromRow(row);
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE_SIZE) return;
      after = last.rowid;
      left -= page.length;
    }
  }

  async add({ id, name, email, tags }: StoredUser): Promise<boolean> {
    const insert = this.#db.prepare(
      "INSERT OR IGNORE INTO users (id, name, email, tags) VALUES (?, ?, ?, ?)",
    );
    const { meta } = await insert.bind(id, name, email, JSON.stringify(tags)).run();
    return meta.changes > 0;
  }

  async #page(tag: string, after: number, size: number): Promise<Row[]> {
    const query = this.#db.prepare(`
      SELECT rowid, id, name, email, tags FROM users
      WHERE rowid > ?1 AND (?2 = '' OR EXISTS (SELECT 1 FROM json_each(tags) WHERE value = ?2))
      ORDER BY rowid LIMIT ?3`);
    return (await query.bind(after, tag, size).all<Row>()).results;
  }
}

function fromRow({ id, name, email, tags }: Row): StoredUser {
  return { id, name, email, tags: JSON.parse(tags) };
}
