import { createConnectRouter } from "@connectrpc/connect";
import {
  universalServerRequestFromFetch,
  universalServerResponseToFetch,
} from "@connectrpc/connect/protocol";
import { UserService } from "@railhead/example-user-service/gen/user_service_pb";
import { users } from "../handlers.ts";

/** connect-es's universal handlers, as its maintainers run them on Workers. */
const router = createConnectRouter().service(UserService, users);
const handlers = new Map(router.handlers.map((handler) => [handler.requestPath, handler]));

export default {
  async fetch(request: Request): Promise<Response> {
    const handler = handlers.get(new URL(request.url).pathname);
    if (handler === undefined) return new Response(null, { status: 404 });
    return universalServerResponseToFetch(await handler(universalServerRequestFromFetch(request, {})));
  },
};
