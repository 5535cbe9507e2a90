import zlib from "node:zlib";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { zlibCompression } from "@railhead/core";
import {
  ClientCompatRequestSchema,
  ClientCompatResponseSchema,
} from "../gen/connectrpc/conformance/v1/client_compat_pb.ts";
import { callFor } from "./caller.ts";

const codecs = zlibCompression(zlib);

/** Makes the call that a request's body describes, and answers how it went. */
export default {
  async fetch(request: Request): Promise<Response> {
    const call = fromBinary(ClientCompatRequestSchema, new Uint8Array(await request.arrayBuffer()));
    const result = await callFor(call, { fetch: globalThis.fetch, codecs });
    return new Response(new Uint8Array(toBinary(ClientCompatResponseSchema, result)));
  },
};
