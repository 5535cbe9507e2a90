import { DurableObject } from "cloudflare:workers";
import { createWorker } from "@railhead/adapter-workers";
import { GrpcService, jsonFormat } from "@railhead/core";
import { type ChatMessage, LOCAL_PAGES, UserService } from "@railhead/example-user-service";
import type { Env } from "./env.ts";
import { Outbox } from "./outbox.ts";

/** Messages that a member may be behind the room. */
const MAX_BEHIND = 1000;

/**
 * A chat room: one Durable Object, and so one place where all its members' calls meet. What a member says by the bidi
 * method goes to all others, as long as it is there.
 */
export class ChatRoom extends DurableObject<Env> {
  readonly #members = new Set<Outbox<{ sender: string; text: string }>>();
  readonly #worker = createWorker(
    new GrpcService().registerService(UserService, {
      chat: (messages, context) => {
        // Members may be silent: let them know that they are in.
        context.sendHeaders();
        return this.#join(messages);
      },
    }),
    { json: jsonFormat(), cors: { origins: [LOCAL_PAGES] } },
  );

  override fetch(request: Request): Promise<Response> {
    return this.#worker.fetch(request, this.env, this.ctx);
  }

  async *#join(messages: AsyncIterable<ChatMessage>): AsyncGenerator<{ sender: string; text: string }> {
    const outbox = new Outbox<{ sender: string; text: string }>(MAX_BEHIND);
    this.#members.add(outbox);
    void this.#broadcast(messages, outbox);
    try {
      yield* outbox;
    } finally {
      this.#members.delete(outbox);
    }
  }

  /** Passes on what a member says; when it hangs up, or is gone, its own stream ends as well. Never rejects. */
  async #broadcast(
    messages: AsyncIterable<ChatMessage>,
    own: Outbox<{ sender: string; text: string }>,
  ): Promise<void> {
    try {
      for await (const { sender, text } of messages) {
        for (const member of this.#members) if (member !== own) member.push({ sender, text });
      }
      own.close();
    } catch (error) {
      own.close(error);
    }
  }
}
