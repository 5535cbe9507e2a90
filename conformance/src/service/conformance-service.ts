import type { Any } from "@bufbuild/protobuf/wkt";
import { anyPack } from "@bufbuild/protobuf/wkt";
import type { ServiceImplementation } from "@railhead/core";
import {
  BidiStreamRequestSchema,
  ClientStreamRequestSchema,
  type ConformanceService,
  IdempotentUnaryRequestSchema,
  ServerStreamRequestSchema,
  UnaryRequestSchema,
  type UnaryResponseDefinition,
} from "../gen/connectrpc/conformance/v1/service_pb.ts";
import { singleAnswer } from "./single-answer.ts";
import { StreamAnswer } from "./stream-answer.ts";

/**
 * The service that the suite's client calls: each request says what to answer, each answer what the server saw. The
 * rules are in the comments of `proto/connectrpc/conformance/v1/service.proto`. `unimplemented` is left out, as asked.
 */
export const conformanceService: ServiceImplementation<typeof ConformanceService> = {
  unary: (request, context) =>
    singleAnswer(request.responseDefinition, context, [anyPack(UnaryRequestSchema, request)]),

  idempotentUnary: (request, context) =>
    singleAnswer(request.responseDefinition, context, [anyPack(IdempotentUnaryRequestSchema, request)]),

  async clientStream(requests, context) {
    let definition: UnaryResponseDefinition | undefined;
    const heard: Any[] = [];
    for await (const request of requests) {
      if (heard.length === 0) definition = request.responseDefinition;
      heard.push(anyPack(ClientStreamRequestSchema, request));
    }
    return singleAnswer(definition, context, heard);
  },

  async *serverStream(request, context) {
    const answer = new StreamAnswer(request.responseDefinition, context);
    answer.hear(anyPack(ServerStreamRequestSchema, request));
    answer.sendHeaders();
    yield* answer.rest();
  },

  async *bidiStream(requests, context) {
    let answer: StreamAnswer | undefined;
    let isFullDuplex = false;
    for await (const request of requests) {
      if (answer === undefined) {
        answer = new StreamAnswer(request.responseDefinition, context);
        isFullDuplex = request.fullDuplex;
        if (isFullDuplex) answer.sendHeaders();
      }
      answer.hear(anyPack(BidiStreamRequestSchema, request));
      if (!isFullDuplex) continue;
      if (!answer.hasMore) break;
      yield await answer.next();
    }
    answer?.sendHeaders();
    if (answer !== undefined) yield* answer.rest();
  },
};
