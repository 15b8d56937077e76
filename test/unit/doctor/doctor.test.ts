import { describe, expect, test } from "vitest";
import type { AccessRequest } from "../../../src/cluster/cluster.ts";
import { memoryCluster } from "../../../src/cluster/memory/memory.ts";
import type { ClusterConfig } from "../../../src/config-cluster.ts";
import { examine, wrongSettings } from "../../../src/doctor/doctor.ts";
import type { ClusterPatient, Patient } from "../../../src/doctor/doctor.ts";
import { isHealthy, printFindings } from "../../../src/doctor/finding.ts";
import { refused, success, unavailable } from "../../../src/failure.ts";
import { memoryLedger } from "../../../src/ledger/memory.ts";
import { defaultPolicy } from "../../../src/action/policy.ts";
import { memoryTelemetry } from "../../../src/telemetry/memory.ts";

const clock = { nowMs: () => Date.UTC(2026, 10, 20, 12) };

function configOf(name: string, change: Partial<ClusterConfig["policy"]> = {}): ClusterConfig {
  const policy = {
    ...defaultPolicy,
    defaultMode: "observe",
    modeByNamespace: { shop: "auto" },
    protectedNamespaces: [],
    actionsPerPlanMax: 20,
    ...change,
  } as const;
  return {
    name,
    reach: { by: "kubeconfig" },
    prometheus: [],
    alertmanager: [],
    traces: undefined,
    objectives: [],
    automaticObjectivesMs: 0,
    calls: [],
    policy,
  };
}

function clusterOf(permits: (access: AccessRequest) => boolean = () => true, namespaces = ["shop", "stall"]) {
  return memoryCluster({ clock, namespaces, permits });
}

function patient(name: string, change: Partial<ClusterPatient> = {}): ClusterPatient {
  return { config: configOf(name), cluster: success(clusterOf()), prometheus: [], alertmanager: [], traces: undefined, ...change };
}

async function printed(...clusters: readonly ClusterPatient[]): Promise<readonly string[]> {
  return printedOf({ clusters });
}

async function printedOf(change: Partial<Patient>): Promise<readonly string[]> {
  return printFindings(
    await examine({ ledgerName: "memory", ledger: memoryLedger(), clusters: [], modelLooks: false, slack: "none", ...change }),
  );
}

const quiet = memoryTelemetry({ clock, rules: [] });
const noisy = memoryTelemetry({
  clock,
  rules: [{ name: "Down", forMs: 0, evaluate: () => [{ namespace: "shop" }] }],
  queries: { errors: () => [{ labels: {}, value: 0.2 }] },
});

describe("a Stratus in good health", () => {
  test("every line says what was tested, and what cannot be", async () => {
    const east = patient("east", { prometheus: [noisy], alertmanager: [quiet] });
    const lines = await printedOf({ clusters: [east], slack: async () => success("the token is of stratus in Acme") });
    expect(lines).toEqual([
      "✓ ledger              memory: reads, writes, and refuses a write that comes too late",
      "✓ cluster east        the API server answers",
      "✓ cluster east        may look at every namespace",
      "✓ cluster east, shop  may look at it",
      "✓ cluster east, shop  auto: may scale, patch, revert, rollback, restart, evict, create, delete, hpa-limits and suspend, and undo it",
      "✓ cluster east        memory telemetry answers: 1 alert active",
      "✓ cluster east        memory telemetry answers: no alert is active",
      "- cluster east        memory telemetry knows of no calls: a scope is measured by its own namespaces alone",
      "✓ Slack               the token is of stratus in Acme",
      "",
      "All is well: 8 checks.",
    ]);
  });

  test("nothing is written to the cluster, and nothing is left in the ledger", async () => {
    const ledger = memoryLedger();
    const cluster = clusterOf();
    await examine({
      ledgerName: "memory",
      ledger,
      clusters: [patient("east", { cluster: success(cluster) })],
      modelLooks: true,
      slack: "webhook",
    });
    expect(cluster.writes).toEqual([]);
    expect(await ledger.get({ partition: "doctor", sort: "probe" })).toEqual({ ok: true, value: undefined });
  });
});

function inShopWithoutServices({ verb, kind, namespace }: AccessRequest): boolean {
  return namespace === "shop" && !(verb === "patch" && ["Service", "ConfigMap"].includes(kind)) && kind !== "ControllerRevision";
}

function patchesAlone({ verb, subresource }: AccessRequest): boolean {
  return !["create", "delete"].includes(verb) && subresource === undefined;
}

function patchesServices({ verb, kind }: AccessRequest): boolean {
  return verb === "get" || verb === "list" || (verb === "patch" && kind === "Service");
}

function listsSome({ verb, kind }: AccessRequest): boolean {
  return !(verb === "list" && ["NetworkPolicy", "ResourceQuota"].includes(kind));
}

function writesInNamespacesOnly({ verb, namespace }: AccessRequest): boolean {
  return verb !== "patch" || namespace !== undefined;
}

describe("permissions", () => {
  test("what is denied is told by the action that needs it, with the role to correct", async () => {
    const lines = await printed(patient("east", { cluster: success(clusterOf(inShopWithoutServices)) }));
    expect(lines.slice(1, -3)).toEqual([
      "✓ cluster east        the API server answers",
      "✗ cluster east        may not get/list nodes",
      "                      → allow it in a ClusterRole: without the nodes severity is unknown",
      "- cluster east        may not look at every namespace: alerts about one that is not named are not diagnosed",
      "✓ cluster east, shop  may look at it",
      "✓ cluster east, shop  auto: may scale, restart, evict, delete, hpa-limits and suspend, and undo it",
      "✗ cluster east, shop  auto: may not patch configmaps, services; list controllerrevisions.apps: needed to patch, revert, rollback and create, and to undo it",
      "                      → allow it in a Role of namespace shop",
      "- cluster east, shop  may not list/get/patch controllerrevisions.apps: annotations of ours would stay on these copies, and harm nobody",
      "- cluster east        neither Prometheus nor Alertmanager is configured: an alert is taken at its word, and nothing new is noticed",
    ]);
  });

  test("a mode for every namespace needs a ClusterRole", async () => {
    const config = configOf("east", { defaultMode: "approve", modeByNamespace: {} });
    const lines = await printed(patient("east", { config, cluster: success(clusterOf(writesInNamespacesOnly)) }));
    expect(lines.slice(3, 6)).toEqual([
      "✓ cluster east  approve: may evict",
      "✗ cluster east  approve: may not patch deployments.apps, statefulsets.apps, daemonsets.apps, cronjobs.batch, jobs.batch, configmaps, services, ingresses.networking.k8s.io, networkpolicies.networking.k8s.io, resourcequotas, limitranges, poddisruptionbudgets.policy, horizontalpodautoscalers.autoscaling: needed to scale, patch, revert, rollback, restart, create, delete, hpa-limits and suspend, and to undo it",
      "                → allow it in a ClusterRole",
    ]);
  });

  test("verbs beside patch are asked for by the actions that need them", async () => {
    const lines = await printed(patient("east", { cluster: success(clusterOf(patchesAlone)) }));
    expect(lines).toContain("✓ cluster east, shop  auto: may scale, hpa-limits and suspend, and undo it");
    expect(lines).toContain(
      "✗ cluster east, shop  auto: may not create pods/eviction; create/delete configmaps, services, ingresses.networking.k8s.io, networkpolicies.networking.k8s.io, resourcequotas, limitranges, horizontalpodautoscalers.autoscaling, poddisruptionbudgets.policy: needed to patch, revert, rollback, restart, evict, create and delete, and to undo it",
    );
  });

  test("a policy that lets less be written needs less", async () => {
    const writable = { Service: { paths: ["/spec/selector/**"], create: false, delete: false } };
    const config = configOf("east", { writable });
    const lines = await printed(patient("east", { config, cluster: success(clusterOf(patchesServices)) }));
    expect(lines).toContain("✓ cluster east, shop  auto: may patch and revert, and undo it");
    expect(lines.filter((line) => line.startsWith("✗"))).toEqual([]);
  });

  test("what belongs to no namespace is asked about when something may be done to it, and for the whole cluster", async () => {
    const asked: AccessRequest[] = [];
    const permits = (access: AccessRequest): boolean => {
      if (access.kind === "Node") asked.push(access);
      return access.kind !== "Node" || access.verb === "list" || access.verb === "get";
    };
    const config = configOf("east", { clusterScopedMode: "approve", modeByNamespace: {} });
    const lines = await printed(patient("east", { config, cluster: success(clusterOf(permits)) }));
    expect(lines.slice(3, 5)).toEqual([
      "✗ cluster east, cluster-scoped  approve: may not patch nodes: needed to cordon, uncordon and untaint, and to undo it",
      "                                → allow it in a ClusterRole",
    ]);
    expect(asked.every(({ namespace }) => namespace === undefined)).toBe(true);
    const quietly = await printed(
      patient("east", { config: configOf("east", { modeByNamespace: {} }), cluster: success(clusterOf(permits)) }),
    );
    expect(quietly.filter((line) => line.includes("cluster-scoped"))).toEqual([]);
  });

  test("custom resources are asked about by their own API group, and whether they are served at all", async () => {
    const customKinds = {
      Task: { apiVersion: "x.dev/v1", plural: "tasks", namespaced: true },
      Pool: { apiVersion: "x.dev/v1", plural: "pools", namespaced: false },
    };
    const fields = { paths: ["/spec/**"], create: false, delete: false };
    const config = configOf("east", { customKinds, clusterScopedMode: "auto", writable: { Task: fields, Pool: fields } });
    const cluster = memoryCluster({ clock, namespaces: ["shop"], customKinds, permits: ({ verb }) => verb !== "patch" });
    cluster.intercept((request) =>
      request.verb === "get" && request.ref.kind === "Pool"
        ? { when: "before", failure: { kind: "malformed", source: "the API server's answer", reason: "a 404 that does not come from it" } }
        : undefined,
    );
    const lines = await printed(patient("east", { config, cluster: success(cluster) }));
    expect(lines.filter((line) => line.startsWith("✗"))).toEqual([
      "✗ cluster east                  the API server does not serve pools of x.dev/v1 (Pool) for the whole cluster",
      "✗ cluster east, cluster-scoped  auto: may not patch pools.x.dev: needed to patch, and to undo it",
      "✗ cluster east, shop            auto: may not patch tasks.x.dev: needed to patch and revert, and to undo it",
    ]);
  });

  test("what may not be listed cannot be known to be good", async () => {
    const lines = await printed(patient("east", { cluster: success(clusterOf(listsSome)) }));
    expect(lines).toContain(
      "- cluster east, shop  may not list networkpolicies.networking.k8s.io, resourcequotas: what of these was there when all was well is not recorded",
    );
  });

  test("logs are asked about where a model looks around, and its doing without them is no mistake", async () => {
    const asked: AccessRequest[] = [];
    const east = patient("east", {
      cluster: success(
        clusterOf((access) => {
          if (access.subresource === "log") asked.push(access);
          return access.subresource !== "log";
        }),
      ),
    });
    await printedOf({ clusters: [east] });
    expect(asked).toEqual([]);
    const lines = await printedOf({ clusters: [east], modelLooks: true });
    expect(lines).toContain("- cluster east, shop  may not get pods/log: the model sees no logs");
    expect(lines.filter((line) => line.startsWith("✗"))).toEqual([]);
    const allowed = await printedOf({ clusters: [patient("east")], modelLooks: true });
    expect(allowed.filter((line) => line.includes("log:"))).toEqual([]);
  });

  test("a namespace where something should be done and that is not there, or never touched, is a mistake", async () => {
    const config = configOf("east", {
      modeByNamespace: { shpo: "auto", "kube-system": "approve", vault: "auto", stall: "observe" },
      protectedNamespaces: ["vault"],
    });
    const lines = await printed(patient("east", { config }));
    expect(lines.filter((line) => !line.startsWith("✓"))).toEqual([
      "✗ cluster east, shpo         there is no namespace shpo",
      "                             → correct it, or take it out of the namespaces with mode auto",
      "✗ cluster east, kube-system  namespace kube-system is protected: nothing is ever changed there",
      "                             → correct it, or take it out of the namespaces with mode approve",
      "✗ cluster east, vault        namespace vault is protected: nothing is ever changed there",
      "                             → correct it, or take it out of the namespaces with mode auto",
      "- cluster east               neither Prometheus nor Alertmanager is configured: an alert is taken at its word, and nothing new is noticed",
      "- Slack                      not configured: the story goes to the log alone",
      "",
      "3 of 7 checks failed.",
    ]);
  });
});

describe("what does not answer", () => {
  test("of two clusters one: the other is examined all the same", async () => {
    const gone = clusterOf();
    gone.intercept(() => ({
      when: "before",
      failure: { kind: "unavailable", effect: "none", reason: "the API server cannot be reached (ECONNREFUSED)" },
    }));
    const lines = await printed(
      patient("east", { cluster: success(gone) }),
      patient("west", { cluster: refused("the kubeconfig has no context west-admin with a cluster") }),
      patient("north"),
    );
    expect(lines).toContain("✗ cluster east         the API server cannot be reached (ECONNREFUSED)");
    expect(lines).toContain("✗ cluster west         the kubeconfig has no context west-admin with a cluster");
    expect(lines).toContain(
      "✓ cluster north, shop  auto: may scale, patch, revert, rollback, restart, evict, create, delete, hpa-limits and suspend, and undo it",
    );
    expect(lines.at(-1)).toBe("2 of 7 checks failed.");
  });

  test("credentials that are turned away", async () => {
    const cluster = clusterOf();
    cluster.intercept(({ verb }) =>
      verb === "allowed"
        ? { when: "before", failure: { kind: "refused", reason: "the review of our own permissions: Unauthorized" } }
        : undefined,
    );
    const lines = await printed(patient("east", { config: configOf("east", { modeByNamespace: {} }), cluster: success(cluster) }));
    expect(lines.slice(2, 4)).toEqual([
      "✗ cluster east  its permissions could not be asked: the review of our own permissions: Unauthorized",
      "                → check the credentials: everybody whom the API server knows may ask this (system:basic-user)",
    ]);
  });

  test("Prometheus, and Slack", async () => {
    const silent = memoryTelemetry({ clock, rules: [] });
    silent.fail("Prometheus answered 503");
    const lines = await printedOf({
      clusters: [patient("east", { prometheus: [silent] })],
      slack: async () => refused("Slack does not accept the bot token (invalid_auth)."),
    });
    expect(lines.slice(-7)).toEqual([
      "✗ cluster east        Prometheus answered 503",
      "                      → check its address, and that it can be reached from here: until it answers, severity is unknown and nothing is committed",
      "- cluster east        no Alertmanager is configured: silences are not known",
      "✗ Slack               Slack does not accept the bot token (invalid_auth).",
      "                      → set STRATUS_SLACK_TOKEN to the app's bot token (xoxb-…) with the scope chat:write",
      "",
      "2 of 7 checks failed.",
    ]);
  });

  test("an objective without data counts as violated, which somebody should know before the first incident", async () => {
    const objective = { name: "errors", namespace: "shop", promql: "errors", comparison: "<", threshold: 0.1 } as const;
    const objectives = [objective, { ...objective, name: "latency", promql: "a typing error" }];
    const lines = await printed(patient("east", { config: { ...configOf("east"), objectives }, prometheus: [noisy] }));
    expect(lines).toContain("✗ cluster east        no data for 1 objective: latency");
    const well = await printed(patient("east", { config: { ...configOf("east"), objectives: [objective] }, prometheus: [noisy] }));
    expect(well).toContain("✓ cluster east        1 objective can be read, violated now: errors");
  });

  test("of several replicas each is asked, and one that is silent is no reason to stop", async () => {
    const silent = { ...noisy, name: "Prometheus 2", alerts: async () => unavailable("Prometheus 2 answered 503") };
    const lines = await printed(patient("east", { prometheus: [{ ...noisy, name: "Prometheus 1" }, silent] }));
    expect(lines).toEqual(
      expect.arrayContaining([
        "✓ cluster east        Prometheus 1 answers: 1 alert active",
        "✗ cluster east        Prometheus 2 answered 503",
        "                      → check its address, and that it can be reached from here: meanwhile its replicas are relied on; when none answers, severity is unknown",
      ]),
    );
  });

  test("an objective over a window that is shorter than two scrapes can never have data", async () => {
    const scraped = { ...noisy, query: async () => success([{ labels: {}, value: 20 }]) };
    const objective = { name: "errors", promql: "rate(errors[45s])", comparison: "<", threshold: 0.1 } as const;
    const objectives = [objective, { ...objective, name: "latency", promql: "rate(errors[1m])" }];
    const lines = await printed(patient("east", { config: { ...configOf("east"), objectives }, prometheus: [scraped] }));
    expect(lines).toContain("✗ cluster east        the window of 1 objective is shorter than two scrapes (30 s apart): errors");
  });

  test("who tells who calls whom is told, and what was declared of it", async () => {
    const calls = [{ from: "shop/frontend", to: "shop/catalog" }];
    const edge = { labels: { client: "frontend", server: "catalog" }, value: 3 };
    const metrics = { ...noisy, query: async (promql: string) => success(promql.includes("service_graph") ? [edge] : []) };
    const config = { ...configOf("east"), calls };
    const traces = { name: "Traces", calls: async () => unavailable("Traces could not be reached (ECONNREFUSED)") };
    const lines = await printed(patient("east", { config, prometheus: [metrics], traces }));
    expect(lines).toEqual(
      expect.arrayContaining([
        "✓ cluster east        memory telemetry knows 1 call between services",
        "✓ cluster east        1 call declared",
        "✗ cluster east        Traces could not be reached (ECONNREFUSED)",
        "                      → check its address, and that it can be reached from here: without the call graph nothing is changed",
      ]),
    );
  });

  test("a webhook is not posted to", async () => {
    expect((await printedOf({ slack: "webhook" })).at(1)).toBe(
      "- Slack   a webhook can be tested only by posting to it, which the doctor leaves to you",
    );
  });
});

describe("the ledger", () => {
  test("that does not answer", async () => {
    const ledger = { ...memoryLedger(), get: async () => unavailable("the SQLite ledger cannot be opened") };
    expect((await printedOf({ ledger, ledgerName: "SQLite in nowhere/stratus.sqlite" })).slice(0, 2)).toEqual([
      "✗ ledger  SQLite in nowhere/stratus.sqlite: the SQLite ledger cannot be opened",
      "          → check that the file's folder is there and writable (STRATUS_LEDGER), or that the table is reached (STRATUS_DYNAMODB_TABLE, AWS_REGION)",
    ]);
  });

  test("that takes every write is dangerous", async () => {
    const ledger = { ...memoryLedger(), put: async () => success(undefined) };
    expect((await printedOf({ ledger })).slice(0, 2)).toEqual([
      "✗ ledger  memory took a write that came too late",
      "          → do not use it: two processes could carry one incident at once",
    ]);
  });

  test("which a doctor elsewhere examines too is asked again", async () => {
    const stored = memoryLedger();
    let first = true;
    const ledger = {
      ...stored,
      get: async (key: { partition: string; sort: string }) => {
        const read = await stored.get(key);
        if (first) await stored.put({ ...key, version: 1, body: "another doctor's" });
        first = false;
        return read;
      },
    };
    expect((await printedOf({ ledger }))[0]).toBe("✓ ledger  memory: reads, writes, and refuses a write that comes too late");
  });
});

describe("settings that are wrong", () => {
  test("are told all at once, and what to do once", () => {
    const findings = wrongSettings(
      "STRATUS_WEBHOOK_SECRET must be set: the bearer token that Alertmanager sends\nSTRATUS_PROT is not a setting of Stratus",
    );
    expect(isHealthy(findings)).toBe(false);
    expect(printFindings(findings)).toEqual([
      "✗ settings  STRATUS_WEBHOOK_SECRET must be set: the bearer token that Alertmanager sends",
      "✗ settings  STRATUS_PROT is not a setting of Stratus",
      "            → README.md has the table of settings; everything else is examined when these are right",
      "",
      "2 of 2 checks failed.",
    ]);
  });

  test("a line of a finding stays one line, whatever a server wrote", () => {
    expect(printFindings([{ verdict: "untested", about: "Slack", said: "a\n✓ forged \u001B[2J line" }])[0]).toBe(
      "- Slack  a ✓ forged [2J line",
    );
  });
});
