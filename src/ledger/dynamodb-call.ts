/**
 * The calls to one DynamoDB table, each answered with a Result: no exception of the SDK passes them. What an item holds
 * is not their business.
 */
import { DeleteItemCommand, GetItemCommand, PutItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import type { DeleteItemCommandInput, DynamoDBClient, PutItemCommandInput, QueryCommandInput } from "@aws-sdk/client-dynamodb";
import { failed, refused, success, type Result } from "../failure.ts";
import { dynamodbFailure } from "./dynamodb-failure.ts";
import { keyAttributes, type Attributes, type StoredAttributes } from "./dynamodb-item.ts";
import type { ItemKey } from "./ledger.ts";

export interface Table {
  readonly client: DynamoDBClient;
  readonly name: string;
  readonly nowMs: () => number;
}

/** A page is at most 1 MB, so a partition beyond this is not one that an incident can have. */
const pagesMax = 64;

/** A condition that must hold for a write: none, or the parts of the request that say it. */
export type Condition = Pick<PutItemCommandInput, "ConditionExpression" | "ExpressionAttributeNames" | "ExpressionAttributeValues">;

export function put(table: Table, item: Attributes, condition: Condition = {}): Promise<Result<unknown>> {
  return attempt("write", () => table.client.send(new PutItemCommand({ TableName: table.name, Item: item, ...condition })));
}

export function erase(table: Table, key: ItemKey, condition: Condition = {}): Promise<Result<unknown>> {
  const input: DeleteItemCommandInput = { TableName: table.name, Key: keyAttributes(key), ...condition };
  return attempt("write", () => table.client.send(new DeleteItemCommand(input)));
}

/** Strongly consistent. */
export async function read(table: Table, key: ItemKey): Promise<Result<StoredAttributes | undefined>> {
  const answer = await attempt("read", () =>
    table.client.send(new GetItemCommand({ TableName: table.name, Key: keyAttributes(key), ConsistentRead: true })),
  );
  return answer.ok ? success(answer.value.Item) : answer;
}

export async function pages(
  table: Table,
  itemsMax: number,
  query: Omit<QueryCommandInput, "TableName">,
): Promise<Result<StoredAttributes[]>> {
  const found: StoredAttributes[] = [];
  let from: QueryCommandInput["ExclusiveStartKey"];
  for (let page = 0; page < pagesMax; page += 1) {
    const answer = await attempt("read", () =>
      table.client.send(new QueryCommand({ TableName: table.name, ...query, ...(from === undefined ? {} : { ExclusiveStartKey: from }) })),
    );
    if (!answer.ok) return answer;
    found.push(...(answer.value.Items ?? []));
    from = answer.value.LastEvaluatedKey;
    if (from === undefined || found.length >= itemsMax) return success(found.slice(0, itemsMax));
  }
  return refused(`more than ${pagesMax} pages were found in DynamoDB where a few were expected`);
}

async function attempt<T>(call: "read" | "write", request: () => Promise<T>): Promise<Result<T>> {
  try {
    return success(await request());
  } catch (error) {
    return failed(dynamodbFailure(error, call));
  }
}
