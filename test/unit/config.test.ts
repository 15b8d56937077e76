import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import type { Environment, Group } from "../../src/config.ts";

const secret = { STRATUS_WEBHOOK_SECRET: "correct horse battery" };

function problems(environment: Environment, needs: readonly Group[] = []): readonly string[] {
  const config = readConfig({ ...secret, ...environment }, needs);
  return config.ok || config.failure.kind !== "malformed" ? [] : config.failure.reason.split("\n");
}

describe("the settings of DynamoDB, AWS and the API server", () => {
  test("without them there is none, and a region without keys is nothing that a Node process minds", () => {
    const config = readConfig({ ...secret, AWS_REGION: "eu-central-1", HOME: "/root" });
    expect(config).toMatchObject({ ok: true, value: { dynamodb: undefined, aws: undefined, kubernetes: undefined } });
  });

  test("they are read in groups", () => {
    const config = readConfig({
      ...secret,
      STRATUS_DYNAMODB_TABLE: "stratus",
      STRATUS_DYNAMODB_ENDPOINT: "http://127.0.0.1:8000/",
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "key",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_SESSION_TOKEN: "session",
      STRATUS_KUBERNETES_URL: "https://10.0.0.1:6443",
      STRATUS_KUBERNETES_TOKEN: "token",
    });
    expect(config).toMatchObject({
      ok: true,
      value: {
        dynamodb: { table: "stratus", endpoint: "http://127.0.0.1:8000" },
        aws: { region: "eu-central-1", credentials: { accessKeyId: "key", secretAccessKey: "secret", sessionToken: "session" } },
        kubernetes: { url: "https://10.0.0.1:6443", token: "token" },
      },
    });
  });

  test("what a runtime needs and is missing is named, all of it", () => {
    expect(problems({ AWS_REGION: "eu-central-1" }, ["dynamodb", "aws", "kubernetes"])).toEqual([
      "STRATUS_DYNAMODB_TABLE must be set: the table of the ledger",
      "AWS_ACCESS_KEY_ID must be set: of a user who may use the ledger's table",
      "AWS_SECRET_ACCESS_KEY must be set: belongs to AWS_ACCESS_KEY_ID",
      "STRATUS_KUBERNETES_URL must be set: the address of the API server",
      "STRATUS_KUBERNETES_TOKEN must be set: the token of the service account of Stratus",
    ]);
  });

  test.each([
    {
      environment: { STRATUS_KUBERNETES_URL: "https://10.0.0.1:6443" },
      told: "STRATUS_KUBERNETES_TOKEN must be set: the token of the service account of Stratus",
    },
    {
      environment: { STRATUS_KUBERNETES_TOKEN: "token" },
      told: "STRATUS_KUBERNETES_URL must be set: the address of the API server",
    },
    {
      environment: { STRATUS_DYNAMODB_ENDPOINT: "http://127.0.0.1:8000" },
      told: "STRATUS_DYNAMODB_TABLE must be set: the table of the ledger",
    },
    {
      environment: { STRATUS_DYNAMODB_TABLE: "a table" },
      told: "STRATUS_DYNAMODB_TABLE must be the name of a table: 3 to 255 of a-z, A-Z, 0-9, _, - and .",
    },
    { environment: { STRATUS_KUBERNETES_URI: "https://10.0.0.1:6443" }, told: "STRATUS_KUBERNETES_URI is not a setting of Stratus" },
  ])("$told", ({ environment, told }) => {
    expect(problems(environment)).toEqual([told]);
  });

  test("a half of a pair is told once, also where the pair is needed", () => {
    expect(problems({ STRATUS_KUBERNETES_URL: "https://10.0.0.1:6443" }, ["kubernetes"])).toEqual([
      "STRATUS_KUBERNETES_TOKEN must be set: the token of the service account of Stratus",
    ]);
  });
});
