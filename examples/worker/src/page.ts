import type { StoredUser } from "@railhead/example-user-service";
import { html } from "hono/html";

/** A page beside the service: who is in the database. */
export function page(users: readonly StoredUser[]) {
  const rows = users.map(
    ({ id, name, email }) =>
      html`<tr>
        <td>${id}</td>
        <td>${name}</td>
        <td>${email}</td>
      </tr>`,
  );
  return html`<!doctype html>
    <html lang="en">
      <title>Users</title>
      <h1>Users</h1>
      <table>
        ${rows}
      </table>
      <p>The same users by gRPC-Web: <code>POST /example.UserService/ListUsers</code></p>
    </html>`;
}
