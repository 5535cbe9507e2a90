import { createClient } from "@railhead/core/client";
import { UserService } from "@railhead/example-user-service/gen/user_service_pb";

/** The smallest typed client. */
const client = createClient(UserService, { baseUrl: "https://api.example.com" });

console.log(await client.getUser({ userId: "123" }));
