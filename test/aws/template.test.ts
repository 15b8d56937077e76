import { beforeAll, describe, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { createDynamodbClient } from "../../src/ledger/dynamodb.ts";
import { createTable } from "../../src/ledger/dynamodb-table.ts";
import { attribute } from "../../src/ledger/dynamodb-item.ts";
import { installAwsTools, runPython } from "./moto.ts";
import { readTemplate, statementsOf, templatePath, variablesOf } from "./template.ts";
import type { Template } from "./template.ts";

let template: Template;
beforeAll(() => {
  installAwsTools();
  template = readTemplate();
});

function properties(name: string): Readonly<Record<string, unknown>> {
  const resource = template.Resources[name];
  if (resource === undefined) throw new Error(`the template has no ${name}`);
  return resource.Properties;
}

/** A value that each setting takes, for a function that has them all. */
const values: Readonly<Record<string, string>> = {
  STRATUS_WEBHOOK_SECRET: "correct horse battery",
  STRATUS_WEBHOOK_SECRET_PREVIOUS: "battery horse correct",
  STRATUS_DYNAMODB_TABLE: "stratus-Table",
  STRATUS_QUEUE_URL: "https://sqs.eu-central-1.amazonaws.com/123456789012/stratus-Steps",
  STRATUS_CLUSTER: "production",
  STRATUS_KUBERNETES_URL: "https://0123456789ABCDEF.gr7.eu-central-1.eks.amazonaws.com",
  STRATUS_KUBERNETES_CA: Buffer.from("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n").toString("base64"),
  STRATUS_PROMETHEUS_URL: "https://prometheus.example",
  STRATUS_ALERTMANAGER_URL: "https://alertmanager.example",
  STRATUS_OBJECTIVES: "[]",
  STRATUS_SLACK_TOKEN: "xoxb-1",
  STRATUS_SLACK_CHANNEL: "C0123456789",
  STRATUS_MODEL_URL: "https://model.example/v1",
  STRATUS_MODEL: "small",
  STRATUS_MODEL_KEY: "sk-1",
  STRATUS_AUTO_NAMESPACES: "shop",
  STRATUS_APPROVE_NAMESPACES: "",
  STRATUS_LOG_LEVEL: "info",
};
const wayIn = { STRATUS_EKS_CLUSTER: "production", STRATUS_KUBERNETES_TOKEN: "token-of-the-service-account" };
/** What Lambda itself sets, and a template must not (Developer Guide, "Defined runtime environment variables"). */
const setByLambda = { AWS_REGION: "eu-central-1", AWS_ACCESS_KEY_ID: "key", AWS_SECRET_ACCESS_KEY: "secret", AWS_SESSION_TOKEN: "session" };

describe("the template", () => {
  test("cfn-lint finds nothing in it", () => {
    expect(runPython("cfn-lint", [templatePath])).toEqual({ code: 0, output: "" });
  });

  test("the function is given what the code reads, and nothing that it does not know", () => {
    expect(variablesOf(template).toSorted()).toEqual([...Object.keys(values), ...Object.keys(wayIn)].toSorted());
    for (const [name, value] of Object.entries(wayIn)) {
      const config = readConfig({ ...setByLambda, ...values, [name]: value }, ["dynamodb", "aws", "queue"]);
      expect(config).toMatchObject({
        ok: true,
        value: { clusters: [{ reach: { by: name === "STRATUS_EKS_CLUSTER" ? "eks" : "token" } }] },
      });
    }
    expect(readConfig({ ...setByLambda, ...values, ...wayIn })).toMatchObject({ ok: false });
  });

  test("no secret is a plain parameter: each comes out of Secrets Manager by reference", () => {
    const { Environment } = properties("Function") as { Environment: { Variables: Readonly<Record<string, unknown>> } };
    const secrets = Object.entries(Environment.Variables).filter(([name]) => /SECRET|TOKEN/.test(name));
    expect(secrets.map(([name]) => name)).toEqual([
      "STRATUS_WEBHOOK_SECRET",
      "STRATUS_WEBHOOK_SECRET_PREVIOUS",
      "STRATUS_KUBERNETES_TOKEN",
      "STRATUS_SLACK_TOKEN",
    ]);
    for (const [, value] of secrets) expect(JSON.stringify(value)).toContain("{{resolve:secretsmanager:");
  });

  test("every permission names its actions and its resource", () => {
    const statements = statementsOf(template);
    expect(statements.flatMap(({ Action }) => Action)).toEqual(
      [
        ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem", "dynamodb:Query", "dynamodb:Query"],
        ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        ["logs:CreateLogStream", "logs:PutLogEvents", "lambda:InvokeFunction"],
      ].flat(),
    );
    for (const { Resource } of statements) expect(typeof Resource === "string" ? Resource : "").not.toBe("*");
  });

  test("the table is the one that the receiver creates in a local endpoint, and outlives the stack", async () => {
    const client = createDynamodbClient({ region: "eu-central-1", credentials: { accessKeyId: "key", secretAccessKey: "secret" } });
    const sent: unknown[] = [];
    client.middlewareStack.add(
      (_next, context) =>
        async ({ input }) => {
          if (context.commandName === "CreateTableCommand") sent.push(input);
          return { output: { $metadata: {}, Table: { TableStatus: "ACTIVE" } }, response: {} };
        },
      { step: "initialize" },
    );
    await createTable({ client, table: "stratus" });
    const { TimeToLiveSpecification, PointInTimeRecoverySpecification, SSESpecification, ...table } = properties("Table");
    expect({ TableName: "stratus", ...table }).toEqual(sent[0]);
    expect(TimeToLiveSpecification).toEqual({ AttributeName: attribute.expiresAtS, Enabled: true });
    expect(PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: true });
    expect(SSESpecification).toEqual({ SSEEnabled: true });
    expect(template.Resources["Table"]?.DeletionPolicy).toBe("Retain");
  });

  test("times fit each other: a message stays away longer than an invocation lasts, and the sweep comes each minute", () => {
    expect(properties("Function")).toMatchObject({
      Timeout: 120,
      Runtime: "nodejs24.x",
      Handler: "index.handler",
      RecursiveLoop: "Terminate",
    });
    expect(properties("Steps")).toMatchObject({ VisibilityTimeout: 720, RedrivePolicy: { maxReceiveCount: 3 } });
    expect(properties("StepsToFunction")).toMatchObject({ BatchSize: 1, FunctionResponseTypes: ["ReportBatchItemFailures"] });
    expect(properties("Sweep")).toMatchObject({ ScheduleExpression: "rate(1 minute)" });
    expect(properties("DeadStepsAlarm")).toMatchObject({ MetricName: "ApproximateNumberOfMessagesVisible", Threshold: 0 });
  });

  test("the Function URL is open to requests that nobody signed, by both permissions", () => {
    expect(properties("FunctionUrl")).toMatchObject({ AuthType: "NONE" });
    expect(properties("UrlPermission")).toMatchObject({ Action: "lambda:InvokeFunctionUrl", FunctionUrlAuthType: "NONE" });
    expect(properties("UrlInvocationPermission")).toMatchObject({ Action: "lambda:InvokeFunction", InvokedViaFunctionUrl: true });
  });
});
