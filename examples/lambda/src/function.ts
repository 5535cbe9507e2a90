import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createLambdaHandler, type StreamingLambdaHandler } from "@railhead/adapter-lambda";
import { GrpcService } from "@railhead/core";
import {
  createUserService,
  JOHN,
  LOCAL_PAGES,
  MemoryUserRepository,
  type UserRepository,
  UserService,
} from "@railhead/example-user-service";
import { DynamoUserRepository } from "./dynamo-repository.ts";

/** The service of the Node example, as one function. */
export const handler: StreamingLambdaHandler = createLambdaHandler(
  async () => new GrpcService().registerService(UserService, createUserService(await openUsers())),
  { cors: { origins: [LOCAL_PAGES] } },
);

/** In the table that the template makes; without one, in the memory of each process. */
async function openUsers(): Promise<UserRepository> {
  const { USERS_TABLE } = process.env;
  if (USERS_TABLE === undefined) return new MemoryUserRepository();
  const users = new DynamoUserRepository(new DynamoDBClient(), USERS_TABLE);
  await users.add(JOHN);
  return users;
}
