import { answerWeb } from "../servers/web-answer.ts";

/** The floor on Workers: the least code that answers GetUser. */
export default {
  async fetch(request: Request): Promise<Response> {
    const contentType = request.headers.get("content-type") ?? "";
    const answer = answerWeb(contentType, new Uint8Array(await request.arrayBuffer()));
    return new Response(answer, { headers: { "content-type": contentType } });
  },
};
