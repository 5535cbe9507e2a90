/** A user as the service keeps it. */
export interface StoredUser {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly tags: readonly string[];
}

/** Which users to list. */
export interface UserFilter {
  /** Only users with this tag; "" for all. */
  readonly tag: string;
  /** At most so many; 0 for all. */
  readonly limit: number;
}

/** Where users are kept. The service is given one: in memory, SQLite on Node, D1 on Workers. */
export interface UserRepository {
  find(id: string): Promise<StoredUser | undefined>;
  /** In order of creation, read as far as the caller iterates. */
  list(filter: UserFilter): AsyncIterable<StoredUser>;
  /** False when the id is taken. */
  add(user: StoredUser): Promise<boolean>;
}

/** The user that is there from the start. */
export const JOHN: StoredUser = { id: "123", name: "John Doe", email: "john@example.com", tags: [] };
