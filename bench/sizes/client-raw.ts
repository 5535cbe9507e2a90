import { createRawClient } from "@railhead/core/client/raw";

/** The smallest raw client. */
const client = createRawClient({ baseUrl: "https://api.example.com" });

console.log(await client.unary("example.Echo", "Echo", new Uint8Array()));
