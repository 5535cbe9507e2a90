import type { MessageInitShape } from "@bufbuild/protobuf";
import type { UserResponseSchema, UserSchema } from "@railhead/example-user-service/gen/user_service_pb";

/** What the messages say. */

/** A streamed user of 10 bytes: a tag, a length and eight letters. */
export const STREAMED_USER: MessageInitShape<typeof UserSchema> = { name: "railhead" };

/** The answer to GetUser, built anew for each call as a handler would. */
export function userOf(id: string): MessageInitShape<typeof UserResponseSchema> {
  return {
    user: { id, name: "John Doe", email: "john@example.com", tags: ["admin", "staff"] },
    success: true,
  };
}

/** So many characters of records, all of them different, the same at every run. */
export function jsonText(length: number): string {
  let text = "";
  for (let id = 1; text.length < length; id++) {
    const score = (id * 2_654_435_761) % 10_000;
    text += JSON.stringify({
      id,
      name: `user ${id}`,
      email: `user.${id}@example.com`,
      score,
      active: score > 99,
    });
  }
  return text.slice(0, length);
}
