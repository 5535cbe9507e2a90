import type { HeaderReader } from "@railhead/core/transport";
import { type Fields, textsAt } from "./fields.ts";

/** The headers of an event, in whatever casing: some front ends keep the client's. */
export class EventHeaders implements HeaderReader {
  /** Name, value, name, value... */
  readonly #list: string[] = [];

  /**
   * @param fields values by name: single ones, or lists
   * @throws MalformedEvent for values that are no text
   */
  constructor(fields: Fields) {
    for (const key of Object.keys(fields)) {
      const name = key.toLowerCase();
      const values = textsAt(fields, key);
      // A client of HTTP/2 may have split them (RFC 9113, section 8.2.3).
      if (name === "cookie" && values.length > 0) this.add(name, values.join("; "));
      else for (const value of values) this.add(name, value);
    }
  }

  /** @param name in lower case */
  add(name: string, value: string): void {
    this.#list.push(name, value);
  }

  /** @param name in lower case */
  delete(name: string): void {
    for (let at = this.#list.length - 2; at >= 0; at -= 2) {
      if (this.#list[at] === name) this.#list.splice(at, 2);
    }
  }

  get(name: string): string | null {
    let found: string | null = null;
    for (let at = 0; at < this.#list.length; at += 2) {
      if (this.#list[at] !== name) continue;
      const value = this.#list[at + 1] ?? "";
      found = found === null ? value : `${found}, ${value}`;
    }
    return found;
  }

  forEach(visit: (value: string, name: string) => void): void {
    for (let at = 0; at + 1 < this.#list.length; at += 2)
      visit(this.#list[at + 1] ?? "", this.#list[at] ?? "");
  }
}
