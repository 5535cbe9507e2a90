import { JOHN, type StoredUser, type UserFilter, type UserRepository } from "./repository.ts";

/** Users in memory, for tests and for trying things out. */
export class MemoryUserRepository implements UserRepository {
  readonly #users = new Map<string, StoredUser>([[JOHN.id, JOHN]]);

  find(id: string): Promise<StoredUser | undefined> {
    return Promise.resolve(this.#users.get(id));
  }

  async *list({ tag, limit }: UserFilter): AsyncGenerator<StoredUser> {
    let left = limit === 0 ? Number.POSITIVE_INFINITY : limit;
    for (const user of this.#users.values()) {
      if (left <= 0) return;
      if (tag !== "" && !user.tags.includes(tag)) continue;
      left--;
      yield user;
    }
  }

  add(user: StoredUser): Promise<boolean> {
    if (this.#users.has(user.id)) return Promise.resolve(false);
    this.#users.set(user.id, user);
    return Promise.resolve(true);
  }
}
