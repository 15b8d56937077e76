import { describe, expect, test } from "vitest";
import { defaultPolicy } from "../../src/action/policy.ts";
import { readConfig } from "../../src/config.ts";
import type { Environment } from "../../src/config.ts";
import type { Group } from "../../src/environment.ts";

const secret = { STRATUS_WEBHOOK_SECRET: "correct horse battery" };

function problems(environment: Environment, needs: readonly Group[] = []): readonly string[] {
  const config = readConfig({ ...secret, ...environment }, needs);
  return config.ok || config.failure.kind !== "malformed" ? [] : config.failure.reason.split("\n");
}

describe("the settings of DynamoDB, AWS and the API server", () => {
  test("without them there is none, and a region without keys is nothing that a Node process minds", () => {
    const config = readConfig({ ...secret, AWS_REGION: "eu-central-1", HOME: "/root" });
    expect(config).toMatchObject({ ok: true, value: { dynamodb: undefined, aws: undefined, clusters: [{ reach: { by: "kubeconfig" } }] } });
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
        clusters: [{ name: "default", reach: { by: "token", url: "https://10.0.0.1:6443", token: "token" } }],
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

const east = {
  name: "east",
  url: "https://east.example:6443",
  tokenEnv: "STRATUS_TOKEN_EAST",
  prometheusUrl: "http://prometheus.east",
  prometheusTokenEnv: "PROMETHEUS_TOKEN_EAST",
};
const west = {
  name: "west",
  context: "west-admin",
  alertmanagerUrl: "http://alertmanager.west/",
  autoNamespaces: ["shop"],
  mode: "approve",
};
const tokens = { STRATUS_TOKEN_EAST: "token of east", PROMETHEUS_TOKEN_EAST: "read metrics" };

describe("several clusters", () => {
  test("each has its own credentials, telemetry and namespaces", () => {
    const STRATUS_CLUSTERS = JSON.stringify([east, west]);
    const config = readConfig({ ...secret, ...tokens, STRATUS_CLUSTERS, STRATUS_PROTECTED_NAMESPACES: "vault" });
    const noModes = { ...defaultPolicy, protectedNamespaces: ["vault"] };
    expect(config.ok && config.value.clusters).toEqual([
      {
        name: "east",
        reach: { by: "token", url: "https://east.example:6443", token: "token of east", ca: undefined },
        prometheus: [{ name: "Prometheus", url: "http://prometheus.east", headers: { authorization: "Bearer read metrics" } }],
        alertmanager: [],
        traces: undefined,
        objectives: [],
        automaticObjectivesMs: 60_000,
        calls: [],
        policy: noModes,
      },
      {
        name: "west",
        reach: { by: "kubeconfig", context: "west-admin" },
        prometheus: [],
        alertmanager: [{ name: "Alertmanager", url: "http://alertmanager.west", headers: {} }],
        traces: undefined,
        objectives: [],
        automaticObjectivesMs: 60_000,
        calls: [],
        policy: { ...noModes, defaultMode: "approve", modeByNamespace: { shop: "auto" } },
      },
    ]);
  });

  test("what a cluster says nothing about is as for all; protection adds up", () => {
    const quiet = { name: "west", observeNamespaces: [], protectedNamespaces: ["bank"] };
    const config = readConfig({
      ...secret,
      STRATUS_CLUSTERS: JSON.stringify([{ name: "east" }, quiet]),
      STRATUS_MODE: "approve",
      STRATUS_AUTO_NAMESPACES: "shop",
      STRATUS_PROTECTED_NAMESPACES: "vault",
    });
    expect(config.ok && config.value.clusters.map(({ policy }) => policy)).toEqual([
      { ...defaultPolicy, defaultMode: "approve", modeByNamespace: { shop: "auto" }, protectedNamespaces: ["vault"] },
      { ...defaultPolicy, defaultMode: "approve", modeByNamespace: {}, protectedNamespaces: ["vault", "bank"] },
    ]);
  });

  test.each([
    { entries: "east,west", told: ["STRATUS_CLUSTERS must be a YAML or JSON list of clusters"] },
    {
      entries: [{ ...east, objectives: [{ preset: "istio", service: "a", namespace: "b", errorRatioMax: 2 }], callGraph: [{ from: "a" }] }],
      told: expect.arrayContaining([
        "STRATUS_CLUSTERS east.objectives.0.errorRatioMax: must be a ratio: 0.05 is 5 %",
        "STRATUS_CLUSTERS east.callGraph.0.to: Invalid input: expected string, received undefined",
      ]),
    },
    { entries: [{ ...west, objectives: [{}] }], told: expect.arrayContaining([expect.stringContaining("west.objectives.0.name")]) },
    {
      entries: [{ name: "west", tracesTokenEnv: "T" }],
      told: expect.arrayContaining(["STRATUS_CLUSTERS west: tracesUrl must be set with tracesTokenEnv"]),
    },
    { entries: [], told: ["STRATUS_CLUSTERS must name at least one cluster"] },
    { entries: [west, west], told: ["STRATUS_CLUSTERS west: two clusters have this name"] },
    {
      entries: [{ ...west, url: "https://west.example" }],
      told: expect.arrayContaining(["STRATUS_CLUSTERS west: context and url exclude each other"]),
    },
    { entries: [{ name: "west", url: "https://west.example" }], told: ["STRATUS_CLUSTERS west: url takes either tokenEnv or eksCluster"] },
    { entries: [{ name: "west", eksCluster: "w" }], told: ["STRATUS_CLUSTERS west: url must be set with tokenEnv, eksCluster or ca"] },
    { entries: [{ ...west, prometheusTokenEnv: "P" }], told: ["STRATUS_CLUSTERS west: prometheusUrl must be set with prometheusTokenEnv"] },
    {
      entries: [{ name: "west", tokenEnv: "eyJhbGciOi.very.secret" }],
      told: ["STRATUS_CLUSTERS west.tokenEnv: must be the name of a variable, not its value"],
    },
    { entries: [{ name: "west", promUrl: "http://p" }], told: ['STRATUS_CLUSTERS west: Unrecognized key: "promUrl"'] },
    {
      entries: [east],
      told: [
        "STRATUS_TOKEN_EAST must be set: STRATUS_CLUSTERS names it for cluster east",
        "PROMETHEUS_TOKEN_EAST must be set: STRATUS_CLUSTERS names it for cluster east",
      ],
    },
  ])("$told", ({ entries, told }) => {
    expect(problems({ STRATUS_CLUSTERS: typeof entries === "string" ? entries : JSON.stringify(entries) })).toEqual(told);
  });

  test("the settings of one cluster beside it are told, all of them", () => {
    const both = { STRATUS_CLUSTERS: JSON.stringify([west]), STRATUS_CLUSTER: "default", STRATUS_PROMETHEUS_URL: "http://prometheus" };
    expect(problems(both)).toEqual([
      "STRATUS_CLUSTER belongs into STRATUS_CLUSTERS",
      "STRATUS_PROMETHEUS_URL belongs into STRATUS_CLUSTERS",
    ]);
  });

  test("a runtime without a kubeconfig wants an address for each", () => {
    expect(problems({ ...tokens, STRATUS_CLUSTERS: JSON.stringify([east, west]) }, ["kubernetes"])).toEqual([
      "STRATUS_CLUSTERS west: url must be set, with tokenEnv or eksCluster: no kubeconfig can be read here",
    ]);
  });
});

test("the list of clusters may be YAML, with replicas, traces and calls of each", () => {
  const config = readConfig({
    ...secret,
    STRATUS_CLUSTERS: `
- name: east
  prometheusUrl: http://p0, http://p1/
  tracesUrl: http://jaeger:16686
  automaticObjectives: off
  callGraph: [{ from: shop/frontend, to: shop/catalog }]
  objectives:
    - { preset: istio, service: checkout, namespace: shop, errorRatioMax: 0.05 }
`,
  });
  expect(config).toMatchObject({
    ok: true,
    value: {
      clusters: [
        {
          prometheus: [
            { name: "Prometheus 1", url: "http://p0" },
            { name: "Prometheus 2", url: "http://p1" },
          ],
          traces: { name: "Traces", url: "http://jaeger:16686" },
          objectives: [{ name: "checkout errors", threshold: 0.05 }],
          automaticObjectivesMs: 0,
          calls: [{ from: "shop/frontend", to: "shop/catalog" }],
        },
      ],
    },
  });
});

describe("the settings of who watches the cluster", () => {
  const watched = { STRATUS_PROMETHEUS_URL: "http://p0:9090/, http://p1:9090", STRATUS_PROMETHEUS_TOKEN: "read metrics" };

  test("several of a kind are replicas, with one token", () => {
    const config = readConfig({
      ...secret,
      ...watched,
      STRATUS_ALERTMANAGER_URL: "http://a0,http://a1",
      STRATUS_TRACES_URL: "http://jaeger",
    });
    const headers = { authorization: "Bearer read metrics" };
    expect(config).toMatchObject({
      ok: true,
      value: {
        clusters: [
          {
            prometheus: [
              { name: "Prometheus 1", url: "http://p0:9090", headers },
              { name: "Prometheus 2", url: "http://p1:9090", headers },
            ],
            alertmanager: [
              { name: "Alertmanager 1", url: "http://a0", headers: {} },
              { name: "Alertmanager 2", url: "http://a1", headers: {} },
            ],
            traces: { name: "Traces", url: "http://jaeger", headers: {} },
          },
        ],
      },
    });
  });

  test("objectives and calls are YAML, which JSON is too", () => {
    const yaml = `
# what we promise
- name: checkout
  namespace: shop
  promql: sum(rate(errors[$window]))
  comparison: <
  threshold: 0.01
  window: 2m
  weight: 2
`;
    const json = '[{"name":"checkout","namespace":"shop","promql":"sum(rate(errors[2m]))","comparison":"<","threshold":0.01,"weight":2}]';
    const calls = "- { from: shop/frontend, to: shop/catalog }";
    const [first, second] = [yaml, json].map((text) =>
      readConfig({ ...secret, ...watched, STRATUS_OBJECTIVES: text, STRATUS_CALL_GRAPH: calls }),
    );
    const objectives = [
      { name: "checkout", namespace: "shop", promql: "sum(rate(errors[2m]))", comparison: "<", threshold: 0.01, weight: 2 },
    ];
    expect(first).toMatchObject({
      ok: true,
      value: { clusters: [{ objectives, calls: [{ from: "shop/frontend", to: "shop/catalog" }] }] },
    });
    expect(second).toEqual(first);
  });

  test.each([
    [undefined, 60_000],
    ["on", 60_000],
    ["off", 0],
    ["15s", 15_000],
  ])("automatic objectives %s: over %s ms", (setting, ms) => {
    const config = readConfig({ ...secret, STRATUS_AUTOMATIC_OBJECTIVES: setting });
    expect(config.ok && config.value.clusters[0]?.automaticObjectivesMs).toBe(ms);
  });

  test.each([
    {
      environment: { ...watched, STRATUS_PROMETHEUS_URL: "http://p0,p1" },
      told: ["STRATUS_PROMETHEUS_URL must be an http or https URL"],
    },
    { environment: { STRATUS_ALERTMANAGER_URL: " , " }, told: ["STRATUS_ALERTMANAGER_URL must be an http or https URL"] },
    {
      environment: {
        ...watched,
        STRATUS_OBJECTIVES:
          "- { name: checkout, promql: x, comparison: <, threshold: a lot }\n- { preset: istio, service: cart, namespace: shop }",
      },
      told: [
        "STRATUS_OBJECTIVES 1 (checkout).threshold: Invalid input: expected number, received string",
        "STRATUS_OBJECTIVES 2 (cart): errorRatioMax or latencyP99MaxMs must be given",
      ],
    },
    {
      environment: { ...watched, STRATUS_OBJECTIVES: "checkout: {" },
      told: [expect.stringMatching(/^STRATUS_OBJECTIVES is no YAML: .* at line 1, column 12$/)],
    },
    { environment: { ...watched, STRATUS_OBJECTIVES: "checkout" }, told: ["STRATUS_OBJECTIVES must be a list of objectives"] },
    {
      environment: {
        ...watched,
        STRATUS_OBJECTIVES: `a: &a [x]\n${Array.from({ length: 150 }, (_, index) => `b${index}: [*a, *a]`).join("\n")}`,
      },
      told: ["STRATUS_OBJECTIVES is no YAML that can be read: too many aliases"],
    },
    {
      environment: { STRATUS_OBJECTIVES: "- { name: checkout, promql: x, comparison: <, threshold: 1 }" },
      told: ["STRATUS_OBJECTIVES needs STRATUS_PROMETHEUS_URL"],
    },
    {
      environment: { STRATUS_OBJECTIVES_FILE: "objectives.yaml" },
      told: ["STRATUS_OBJECTIVES_FILE no file can be read here: put its text into STRATUS_OBJECTIVES"],
    },
    {
      environment: { STRATUS_CALL_GRAPH: "- { from: frontend, to: shop/catalog }\n- { from: shop/a, to: shop/b, by: http }" },
      told: ["STRATUS_CALL_GRAPH 1.from: must be namespace/name", 'STRATUS_CALL_GRAPH 2: Unrecognized key: "by"'],
    },
    { environment: { STRATUS_CALL_GRAPH: "shop/a" }, told: ["STRATUS_CALL_GRAPH must be a list of calls, each from and to"] },
    {
      environment: { STRATUS_AUTOMATIC_OBJECTIVES: "always" },
      told: ["STRATUS_AUTOMATIC_OBJECTIVES must be on, off, or a duration of at least 1s"],
    },
  ])("$told", ({ environment, told }) => {
    expect(problems(environment)).toEqual(told);
  });
});

describe("the settings of signed posts", () => {
  const key = "current-key-of-the-tests";

  test("the current key comes first, the previous one second", () => {
    const config = readConfig({
      ...secret,
      STRATUS_PUBLIC_URL: "https://stratus.example/",
      STRATUS_CONTINUE_KEY: key,
      STRATUS_CONTINUE_KEY_PREVIOUS: "previous-key-of-the-tests",
    });
    expect(config).toMatchObject({
      ok: true,
      value: { selfPost: { publicUrl: "https://stratus.example", keys: [key, "previous-key-of-the-tests"] } },
    });
  });

  test.each([
    { environment: { STRATUS_CONTINUE_KEY: key }, told: ["STRATUS_PUBLIC_URL must be set: the address at which Stratus reaches itself"] },
    {
      environment: { STRATUS_PUBLIC_URL: "https://stratus.example" },
      told: ["STRATUS_CONTINUE_KEY must be set: it signs what Stratus posts to STRATUS_PUBLIC_URL"],
    },
    {
      environment: { STRATUS_PUBLIC_URL: "https://stratus.example", STRATUS_CONTINUE_KEY: "short" },
      told: ["STRATUS_CONTINUE_KEY must have at least 16 characters"],
    },
  ])("$told", ({ environment, told }) => {
    expect(problems(environment)).toEqual(told);
  });
});

describe("the setting of memory", () => {
  const keptMs = (environment: Environment): unknown => {
    const config = readConfig({ ...secret, ...environment });
    return config.ok ? config.value.memory?.keptMs : "wrong";
  };

  test("a quarter of a year when nobody says anything, as long as they say, or not at all", () => {
    expect(keptMs({})).toBe(7_776_000_000);
    expect(keptMs({ STRATUS_MEMORY: "on" })).toBe(7_776_000_000);
    expect(keptMs({ STRATUS_MEMORY: "14d" })).toBe(1_209_600_000);
    expect(keptMs({ STRATUS_MEMORY: "12h" })).toBe(43_200_000);
    expect(keptMs({ STRATUS_MEMORY: "off" })).toBeUndefined();
    expect(problems({ STRATUS_MEMORY: "for ever" })).toEqual(["STRATUS_MEMORY must be on, off, or a duration of at least 1s"]);
  });
});

describe("the settings of a language model", () => {
  const url = { STRATUS_MODEL_URL: "http://127.0.0.1:9/v1/", STRATUS_MODEL: "small" };

  test("without them there is none", () => {
    expect(readConfig(secret)).toMatchObject({ ok: true, value: { model: undefined } });
  });

  test("one model serves both agents, unless an agent has its own", () => {
    expect(readConfig({ ...secret, ...url })).toMatchObject({
      ok: true,
      value: {
        model: {
          url: "http://127.0.0.1:9/v1",
          key: undefined,
          names: { diagnosis: "small", mitigation: "small" },
          timeoutMs: 20_000,
          budget: {
            perIncident: { calls: 30, tokens: 300_000, microdollars: undefined },
            perDay: { calls: 500, tokens: 5_000_000, microdollars: undefined },
          },
        },
      },
    });
    expect(readConfig({ ...secret, ...url, STRATUS_MODEL_MITIGATION: "large" })).toMatchObject({
      ok: true,
      value: { model: { names: { diagnosis: "small", mitigation: "large" } } },
    });
  });

  test("prices and dollars are read together", () => {
    const config = readConfig({
      ...secret,
      ...url,
      STRATUS_MODEL_PRICES: "{ small: { in: 0.25, out: 2 } }",
      STRATUS_MODEL_INCIDENT_DOLLARS: "0.5",
      STRATUS_MODEL_DAY_DOLLARS: "10",
    });
    expect(config).toMatchObject({
      ok: true,
      value: {
        model: {
          prices: { small: { in: 0.25, out: 2 } },
          budget: { perIncident: { microdollars: 500_000 }, perDay: { microdollars: 10_000_000 } },
        },
      },
    });
  });

  test.each([
    { environment: { STRATUS_MODEL: "small" }, told: "STRATUS_MODEL_URL must be set: where the model is served, with its /v1" },
    {
      environment: { STRATUS_MODEL_URL: "http://127.0.0.1:9/v1" },
      told: "STRATUS_MODEL must be set: the name of the model at STRATUS_MODEL_URL",
    },
    {
      environment: { ...url, STRATUS_MODEL_TIMEOUT: "30s" },
      told: "STRATUS_MODEL_TIMEOUT must be 5s shorter than STRATUS_LEASE: the lease of an incident outlives a call",
    },
    {
      environment: { ...url, STRATUS_MODEL_DAY_DOLLARS: "10" },
      told: "STRATUS_MODEL_PRICES must name small: without its price no dollars are counted",
    },
    {
      environment: { ...url, STRATUS_MODEL_PRICES: "{ small: { in: cheap, out: 2 } }" },
      told: "STRATUS_MODEL_PRICES small.in: Invalid input: expected number, received string",
    },
  ])("$told", ({ environment, told }) => {
    expect(problems(environment)).toEqual([told]);
  });
});
