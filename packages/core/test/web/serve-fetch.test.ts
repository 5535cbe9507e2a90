import { expect, test } from "vitest";
import { createServer } from "../../src/call/server.ts";
import { GrpcResponse } from "../../src/response.ts";
import { GrpcStatusCode } from "../../src/status.ts";
import { serverPerEnv } from "../../src/web/env-servers.ts";
import { serveFetch } from "../../src/web/serve-fetch.ts";
import { bytes, utf8 } from "../support/bytes.ts";
import { forbidUnhandledRejections } from "../support/hygiene.ts";
import { echoService, rawService } from "../support/services.ts";
import { readWeb, webRequest } from "../support/web.ts";

forbidUnhandledRejections();

test("an adapter may say who calls, what and from where", async () => {
  const service = rawService({
    unary(_, { peer, platform, methodName }) {
      expect(platform).toEqual({ env: 1 });
      return new GrpcResponse({ payload: utf8(`${peer} ${methodName}`) });
    },
  });
  const origin = { peer: "10.0.0.1", path: "/test.Service/Unary", platform: { env: 1 } };
  const request = webRequest({ path: "/mounted/at/test.Service/Unary" });
  const answer = await readWeb(await serveFetch(createServer(service), request, origin));
  expect(answer.messages).toEqual([utf8("10.0.0.1 Unary")]);
});

test("without a word from the adapter the path is that of the URL", async () => {
  const response = await serveFetch(createServer(echoService()), webRequest({ messages: [bytes(1)] }));
  expect((await readWeb(response)).messages).toEqual([bytes(1)]);
});

test("bodies can be streams whatever their size, but not those of refusals", async () => {
  const server = createServer(echoService());
  const streamed = await serveFetch(server, webRequest({ messages: [bytes(1)] }), { streamBodies: true });
  expect(await readWeb(streamed)).toMatchObject({ messages: [bytes(1)], code: GrpcStatusCode.OK });
  const refused = await serveFetch(server, webRequest({ path: "/", method: "GET" }), { streamBodies: true });
  expect(refused.status).toBe(404);
  expect(await refused.text()).toMatch(/^no method at \//);
});

test("a service of bindings is made once for each set of them", async () => {
  const made: object[] = [];
  const serverFor = serverPerEnv((env: { name: string }) => {
    made.push(env);
    return rawService({ unary: () => new GrpcResponse({ payload: utf8(env.name) }) });
  }, {});
  const [first, second] = [{ name: "first" }, { name: "second" }];
  expect(serverFor(first)).toBe(serverFor(first));
  const answers = [first, second, first].map(async (env) =>
    readWeb(await serveFetch(serverFor(env), webRequest())),
  );
  expect((await Promise.all(answers)).map(({ messages }) => messages[0])).toEqual([
    utf8("first"),
    utf8("second"),
    utf8("first"),
  ]);
  expect(made).toEqual([first, second]);
});

test("a service that needs no bindings has one server for all", () => {
  const serverFor = serverPerEnv(echoService(), {});
  expect(serverFor({})).toBe(serverFor({}));
});

test("options that make no sense are refused at once where the service is there", () => {
  expect(() => serverPerEnv(echoService(), { maxTimeoutMs: -1 })).toThrow(RangeError);
});
