import { answerWeb } from "../servers/web-answer.ts";

/** The floor of an answer that streams, as Cloudflare's edge wants it of a Worker behind its conversion from gRPC. */
export default {
  async fetch(request: Request): Promise<Response> {
    const contentType = request.headers.get("content-type") ?? "";
    const answer = answerWeb(contentType, new Uint8Array(await request.arrayBuffer()));
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(answer);
        controller.close();
      },
    });
    return new Response(body, { headers: { "content-type": contentType } });
  },
};
