import { createRegistry } from "@bufbuild/protobuf";
import { GrpcService, type JsonFormat, jsonFormat } from "@railhead/core";
import {
  ConformanceService,
  file_connectrpc_conformance_v1_service,
} from "../gen/connectrpc/conformance/v1/service_pb.ts";
import { conformanceService } from "../service/conformance-service.ts";

export const service: GrpcService = new GrpcService().registerService(ConformanceService, conformanceService);

/** JSON with the suite's messages known: answers carry the requests as `google.protobuf.Any`. */
export const json: JsonFormat = jsonFormat({
  registry: createRegistry(file_connectrpc_conformance_v1_service),
});
