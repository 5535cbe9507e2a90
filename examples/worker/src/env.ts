import type { ChatRoom } from "./chat-room.ts";

/** The bindings of wrangler.jsonc. */
export interface Env {
  readonly DB: D1Database;
  readonly ROOMS: DurableObjectNamespace<ChatRoom>;
}
