/** The generated code of the example, for tests of typed services. */
export * from "../../../../examples/user-service/src/gen/user_service_pb.ts";
