import { STATUS_CODES } from "node:http";
import { expect, test } from "vitest";
import { formatStatusLine } from "../src/answer/reason-phrase.ts";

test.each([200, 204, 400, 401, 403, 404, 405, 409, 415, 429, 500, 501, 503, 504])(
  "status line of %i, as node:http says it",
  (status) => expect(formatStatusLine(status)).toBe(`${status} ${STATUS_CODES[status]}`),
);

test("status lines of a client that left, and of what nobody knows", () => {
  expect(formatStatusLine(499)).toBe("499 Client Closed Request");
  expect(formatStatusLine(299)).toBe("299 Unknown");
});
