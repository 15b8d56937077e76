import { afterAll, beforeAll, expect, test } from "vitest";
import { startLocalAws } from "./local-aws.ts";
import type { LocalAws } from "./local-aws.ts";
import { changes, expectMitigated, report } from "./outcome.ts";
import { createLambdaWorld, kubernetesToken, webhookSecret } from "./world.ts";
import { readTemplate } from "./template.ts";

let aws: LocalAws;
beforeAll(async () => {
  aws = await startLocalAws();
});
afterAll(() => aws.stop());

/** moto makes nothing of these; cfn-lint and template.test.ts look at them. */
const notMade = ["AWS::CloudWatch::Alarm", "AWS::EKS::AccessEntry", "AWS::Lambda::Url", "AWS::Scheduler::Schedule"];

const parameters: Readonly<Record<string, string>> = {
  CodeBucket: "stratus-code",
  CodeKey: "stratus.zip",
  WebhookSecretId: "stratus/webhook",
  KubernetesUrl: "http://127.0.0.1:1",
  KubernetesTokenSecretId: "stratus/kubernetes",
  AutoNamespaces: "shop",
};

/** An empty archive: moto runs no function, it only wants to have it. */
const emptyZip = `PK\u0005\u0006${"\0".repeat(18)}`;

async function createStack(): Promise<void> {
  const { moto } = aws;
  const template = readTemplate();
  // The address of what moto does not make.
  const { AlertsUrl: _address, ...Outputs } = template.Outputs;
  await moto.rest(
    "s3",
    "PUT",
    "/stratus-code",
    `<CreateBucketConfiguration><LocationConstraint>eu-central-1</LocationConstraint></CreateBucketConfiguration>`,
  );
  await moto.rest("s3", "PUT", "/stratus-code/stratus.zip", emptyZip);
  const entries = Object.entries(parameters).flatMap(([name, value], index) => [
    [`Parameters.member.${index + 1}.ParameterKey`, name],
    [`Parameters.member.${index + 1}.ParameterValue`, value],
  ]);
  await moto.query("cloudformation", "CreateStack", {
    StackName: "stratus",
    TemplateBody: JSON.stringify({ ...template, Outputs }),
    "Capabilities.member.1": "CAPABILITY_IAM",
    ...Object.fromEntries(entries),
  });
}

async function outputs(): Promise<Readonly<Record<string, string>>> {
  const xml = await aws.moto.query("cloudformation", "DescribeStacks", { StackName: "stratus" });
  expect(xml).toContain("<StackStatus>CREATE_COMPLETE</StackStatus>");
  const found = [...xml.matchAll(/<OutputKey>(\w+)<\/OutputKey>\s*<OutputValue>([^<]*)<\/OutputValue>/g)];
  return Object.fromEntries(found.map(([, name, value]) => [name, value]));
}

test("the template becomes a stack, and an incident is mitigated with its table, its queue and its settings", async () => {
  await createStack();
  const { StepsUrl = "", DeadStepsUrl = "", FunctionName = "", TableName } = await outputs();
  const made = await aws.moto.query("cloudformation", "DescribeStackResources", { StackName: "stratus" });
  const wanted = Object.values(readTemplate().Resources).filter(({ Type }) => !notMade.includes(Type));
  const types = [...made.matchAll(/<ResourceType>([^<]+)</g)].map(([, type]) => type);
  expect(wanted.map(({ Type }) => Type).filter((type) => !types.includes(type))).toEqual([]);

  const { Environment, Timeout } = JSON.parse(
    await aws.moto.rest("lambda", "GET", `/2015-03-31/functions/${FunctionName}/configuration`),
  ) as {
    Environment: { Variables: Readonly<Record<string, string>> };
    Timeout: number;
  };
  const {
    STRATUS_QUEUE_URL,
    STRATUS_KUBERNETES_URL: _moved,
    STRATUS_WEBHOOK_SECRET,
    STRATUS_KUBERNETES_TOKEN,
    ...settings
  } = Environment.Variables;
  expect([STRATUS_QUEUE_URL, settings["STRATUS_DYNAMODB_TABLE"]]).toEqual([StepsUrl, TableName]);
  // moto resolves no references into Secrets Manager.
  expect([STRATUS_WEBHOOK_SECRET, STRATUS_KUBERNETES_TOKEN]).toEqual([
    "{{resolve:secretsmanager:stratus/webhook:SecretString}}",
    "{{resolve:secretsmanager:stratus/kubernetes:SecretString}}",
  ]);

  const shop = await createLambdaWorld({
    moto: aws.moto,
    name: "stack",
    bundle: aws.bundle,
    queues: { url: StepsUrl, deadUrl: DeadStepsUrl },
    timeoutMs: Timeout * 1_000,
    environment: {
      ...settings,
      STRATUS_DYNAMODB_ENDPOINT: aws.moto.url,
      STRATUS_WEBHOOK_SECRET: webhookSecret,
      STRATUS_KUBERNETES_TOKEN: kubernetesToken,
    },
  });
  const sinceMs = performance.now();
  shop.breakTargetPort();
  const incidents = await shop.untilOver(60_000);
  report("on the stack", shop, sinceMs);
  expectMitigated(shop, incidents);
  expect(changes(shop)).toBe(1);
  expect(await shop.queues.dead()).toEqual([]);
  await shop.stop();
});
