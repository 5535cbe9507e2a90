/** The example service, for its entry points on each platform and for tests. */
export * from "./gen/user_service_pb.ts";
export { LOCAL_PAGES } from "./local-pages.ts";
export { MemoryUserRepository } from "./memory-repository.ts";
export { JOHN, type StoredUser, type UserFilter, type UserRepository } from "./repository.ts";
export { createUserService } from "./user-service.ts";
