import { once } from "node:events";
import { DynamoDB, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";

const TABLE = "users";

/** An emulator of DynamoDB with the table of the template. */
export async function startDynamo() {
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the emulator does not listen");
  const endpoint = `http://127.0.0.1:${address.port}`;
  const config = {
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  } satisfies DynamoDBClientConfig;
  await createTable(new DynamoDB(config));
  return {
    config,
    endpoint,
    table: TABLE,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

async function createTable(client: DynamoDB): Promise<void> {
  const text = (AttributeName: string) => ({ AttributeName, AttributeType: "S" as const });
  await client.createTable({
    TableName: TABLE,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [text("id"), text("kind"), text("created")],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    GlobalSecondaryIndexes: [
      {
        IndexName: "byCreation",
        KeySchema: [
          { AttributeName: "kind", KeyType: "HASH" },
          { AttributeName: "created", KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "ALL" },
      },
    ],
  });
}
