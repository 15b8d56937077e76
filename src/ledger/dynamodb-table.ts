/**
 * Creates the ledger's table on a local endpoint, for tests and a first try; in AWS the infrastructure code owns the
 * table, and switches its time to live on. Beside dynamodb.ts the only file that imports the SDK.
 */
import { CreateTableCommand, waitUntilTableExists, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { failed, success, type Result } from "../failure.ts";
import { dynamodbFailure } from "./dynamodb-failure.ts";
import { attribute } from "./dynamodb-item.ts";

/** Sparse: only an item with both attributes appears. Keys are all that a query answers. */
export const indexName = "by_index";

const activeWithinS = 30;
const pollS = 0.1;

/** Resolves when the table is active; success as well when it is there already. `unavailable` otherwise. */
export async function createTable(options: { readonly client: DynamoDBClient; readonly table: string }): Promise<Result<void>> {
  try {
    await options.client.send(
      new CreateTableCommand({
        TableName: options.table,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [
          { AttributeName: attribute.partition, AttributeType: "S" },
          { AttributeName: attribute.sort, AttributeType: "S" },
          { AttributeName: attribute.indexName, AttributeType: "S" },
          { AttributeName: attribute.atMs, AttributeType: "N" },
        ],
        KeySchema: [
          { AttributeName: attribute.partition, KeyType: "HASH" },
          { AttributeName: attribute.sort, KeyType: "RANGE" },
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: indexName,
            KeySchema: [
              { AttributeName: attribute.indexName, KeyType: "HASH" },
              { AttributeName: attribute.atMs, KeyType: "RANGE" },
            ],
            Projection: { ProjectionType: "KEYS_ONLY" },
          },
        ],
      }),
    );
  } catch (error) {
    const alreadyThere = error instanceof Error && error.name === "ResourceInUseException";
    if (!alreadyThere) return failed(dynamodbFailure(error, "write"));
  }
  try {
    await waitUntilTableExists(
      { client: options.client, maxWaitTime: activeWithinS, minDelay: pollS, maxDelay: 1 },
      { TableName: options.table },
    );
    return success(undefined);
  } catch (error) {
    return failed(dynamodbFailure(error, "read"));
  }
}
