// Stratus as a pod of the real cluster, under exactly the rights of infra/kubernetes: what it must do it can, and what its
// own token must not open stays shut. Needs root, the Debian packages and the build (see test/cluster/README.md).

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { normalise } from "../../src/action/change.ts";
import type { JsonObject } from "../../src/kubernetes/json.ts";
import { downCluster, upCluster, type RunningCluster } from "../cluster/cluster.ts";
import { executeOrFail } from "../cluster/execute.ts";
import { readSettings } from "../cluster/settings.ts";
import { until, type Wait } from "../cluster/until.ts";
import type { Incident } from "../incident/stratus.ts";
import {
  allowedCreations,
  allowedOnNodes,
  allowedWrites,
  beside,
  configMaps,
  deletable,
  forbiddenRequests,
  image,
  kept,
  madeByStratus,
  refusedCreations,
  refusedOnNodes,
  refusedWrites,
  services,
  workloads,
  wrongTarget,
} from "./attempts.ts";
import { install, kubernetesFolder, type Answer, type Installed } from "./installed.ts";

const errors = (app: string, more: string): string =>
  `sum(rate(http_request_duration_seconds_count{namespace="shop",app="${app}"${more},path!~".*(healthz|readyz|metrics).*"}[10s]))`;
const objectives = ["frontend", "checkout"].map((app) => ({
  name: `${app} answers`,
  namespace: "shop",
  promql: `${errors(app, ',status=~"5.."')} / ${errors(app, "")} or vector(0)`,
  comparison: "<",
  threshold: 0.05,
}));

function seconds(spentMs: number): string {
  return (spentMs / 1000).toFixed(1);
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message} (${textOf(error.cause)})`;
}

let cluster: RunningCluster;
let stratus: Installed;

beforeAll(async () => {
  await downCluster();
  const startedMs = Date.now();
  cluster = await upCluster({ monitoringAddress: readSettings(process.env).address });
  const upMs = Date.now();
  stratus = await install(cluster, ["shop"], {
    STRATUS_PROMETHEUS_URL: cluster.prometheusUrl,
    STRATUS_ALERTMANAGER_URL: cluster.alertmanagerUrl,
    STRATUS_OBJECTIVES: JSON.stringify(objectives),
    STRATUS_AUTOMATIC_OBJECTIVES: "10s",
    STRATUS_AUTO_NAMESPACES: "shop",
    STRATUS_SAMPLE_INTERVAL: "2s",
    STRATUS_EVALUATION: "60s",
    STRATUS_SETTLE: "60s",
    STRATUS_GRACE: "10s",
    STRATUS_LEASE: "10s",
    STRATUS_SWEEP: "1s",
  });
  console.log(
    `cluster up ${seconds(upMs - startedMs)} s; image ${stratus.imageMebibytes} MiB, packed, imported and its pod ready ${seconds(Date.now() - upMs)} s`,
  );
});

afterAll(async () => {
  await downCluster();
});

async function object(kind: string, name: string): Promise<JsonObject> {
  return JSON.parse(await cluster.kubectl("-n", "shop", "get", kind, name, "--output=json")) as JsonObject;
}

interface ActiveAlerts {
  readonly data: { readonly alerts: readonly { readonly labels: Readonly<Record<string, string>> }[] };
}

/** Of the kubelet: /stats/summary. */
interface Summary {
  readonly pods: readonly {
    readonly podRef: { readonly namespace: string };
    readonly containers: readonly { readonly memory: { readonly workingSetBytes: number } }[];
  }[];
}

const fencePath = "/metadata/annotations/stratus.dev~1fence";
const writePath = "/metadata/annotations/stratus.dev~1write";
const marked = (fence: number): object[] => [
  { op: "add", path: fencePath, value: String(fence) },
  { op: "add", path: writePath, value: `test/1/${fence}` },
];

/** With `marked`, the object must have annotations already: every one that came by `kubectl apply` has. */
function patched(path: string, operations: readonly object[], query = "?dryRun=All"): Promise<Answer> {
  return stratus.asPod("PATCH", `${path}${query}`, operations);
}

/** When the time is over, the failure says in what state Stratus is. */
async function untilStratus(
  wait: Wait,
  holds: (incidents: readonly Incident[]) => boolean | string | Promise<boolean | string>,
): Promise<void> {
  try {
    await until(wait, async () => {
      const told = await stratus.incidents().catch((error: unknown) => `Stratus does not answer: ${textOf(error)}`);
      return typeof told === "string" ? told : holds(told);
    });
  } catch (error) {
    throw new Error(`${textOf(error)}\n${await stratus.state()}`, { cause: error });
  }
}

async function incident(brokenAtMs: number): Promise<Incident> {
  let found: Incident | undefined;
  const why = { what: "an incident is mitigated", limitMs: 180_000, everyMs: 500 };
  await untilStratus(why, (all) => {
    found = all.find(({ state, outcome, endedAtMs }) => state === "closed" && outcome === "mitigated" && (endedAtMs ?? 0) > brokenAtMs);
    return (
      found !== undefined ||
      all
        .flatMap(({ timeline }) => timeline)
        .map(({ text }) => text)
        .join("\n")
    );
  });
  if (found === undefined) throw new Error("not reached");
  const after = (atMs: number | undefined): string => (atMs === undefined ? "-" : `${seconds(atMs - brokenAtMs)} s`);
  const at = (text: string): string => after(found?.timeline.find((line) => line.text.startsWith(text))?.atMs);
  console.log(
    `alert received ${after(found.openedAtMs)}, diagnosed ${at("Diagnosis")}, fixed ${at("kubectl")}, mitigated ${after(found.endedAtMs)}`,
  );
  return found;
}

describe("what it must do", () => {
  /** A machine that is busy otherwise makes the shop slow for a while, and that alerts too. */
  beforeEach(async () => {
    await untilStratus({ what: "nothing fires and no incident is open", limitMs: 120_000, everyMs: 500 }, async (all) => {
      const answer = (await (await fetch(`${cluster.prometheusUrl}/api/v1/alerts`)).json()) as ActiveAlerts;
      const active = answer.data.alerts.filter(({ labels }) => labels["namespace"] === "shop" && labels["severity"] !== "info");
      return active.length === 0 && all.every(({ state }) => state === "closed");
    });
  });

  const wrongPort = ["patch", "service", "payment", "--type=json", `--patch=${JSON.stringify([wrongTarget])}`];

  test("service-target-port: its alert arrives by itself through the Service, the pod mitigates it", async () => {
    const healthy = normalise(await object("service", "payment"));
    const brokenAtMs = Date.now();
    await cluster.kubectl("-n", "shop", ...wrongPort);
    const { attempts } = await incident(brokenAtMs);
    expect(attempts.at(-1)).toMatchObject({ verdict: "resolved", ending: "committed" });
    expect(normalise(await object("service", "payment"))).toEqual(healthy);
    expect(JSON.stringify(await object("service", "payment"))).not.toContain("stratus.dev");
  });

  test("kill -9 in the middle of it: the container starts again and finishes from its ledger", async () => {
    const brokenAtMs = Date.now();
    await cluster.kubectl("-n", "shop", ...wrongPort);
    await until({ what: "the write is there", limitMs: 60_000 }, async () =>
      JSON.stringify(await object("service", "payment")).includes("stratus.dev"),
    );
    process.kill(stratus.processId(), "SIGKILL");
    const { attempts } = await incident(brokenAtMs);
    expect(attempts.at(-1)).toMatchObject({ verdict: "resolved", ending: "committed" });
    expect(await object("service", "payment")).toMatchObject({ spec: { ports: [{ targetPort: "http" }] } });
    const restarts = "--output=jsonpath={.items[0].status.containerStatuses[0].restartCount}";
    expect(await cluster.kubectl("-n", "stratus", "get", "pods", restarts)).toBe("1");
  });

  test("image-tag-missing: the earlier template comes back, and no mark stays on any ReplicaSet", async () => {
    const { spec } = await object("deployment", "catalog");
    const brokenAtMs = Date.now();
    await cluster.kubectl("-n", "shop", "set", "image", "deployment/catalog", "app=test.local/podinfo:no-such-tag");
    await incident(brokenAtMs);
    expect((await object("deployment", "catalog"))["spec"]).toEqual(spec);
    expect(await cluster.kubectl("-n", "shop", "get", "deployments,replicasets", "--output=json")).not.toContain("stratus.dev");
    const summary = JSON.parse(await cluster.kubectl("get", "--raw", "/api/v1/nodes/node-1/proxy/stats/summary")) as Summary;
    const own = summary.pods.find(({ podRef }) => podRef.namespace === "stratus")?.containers[0]?.memory.workingSetBytes ?? NaN;
    console.log(`memory of the pod: ${Math.round(own / 1_048_576)} MiB`);
  });
});

describe("what its token does not open", () => {
  test.each(forbiddenRequests.map(([what, ...sent]) => [what, sent] as const))("%s", async (_what, [method, path, body]) => {
    expect(await stratus.asPod(method, path.replace("POD", stratus.podName), body)).toMatchObject({ status: 403 });
  });
});

describe("the admission policy", () => {
  const annotated = [{ op: "add", path: "/metadata/annotations", value: {} }];

  beforeAll(async () => {
    for (const manifest of beside) await cluster.apply(JSON.stringify(manifest));
    const wait = { what: "the policies are in force", limitMs: 20_000, everyMs: 250 };
    await until(
      wait,
      async () =>
        (await patched(`${services}/payment`, [wrongTarget])).status === 422 &&
        (await stratus.asPod("POST", `${configMaps}?dryRun=All`, { metadata: { name: "unmarked" } })).status === 422,
    );
  });

  afterAll(async () => {
    for (const manifest of beside)
      await cluster.kubectl("-n", "shop", "delete", String(manifest["kind"]), String(manifest.metadata["name"]));
  });

  test("type-checks without a warning", async () => {
    const warnings = "--output=jsonpath={.items[*].status.typeChecking.expressionWarnings}";
    expect(await cluster.kubectl("get", "validatingadmissionpolicies", warnings)).toBe("");
  });

  test("refuses a stale fence, and a write without one", async () => {
    const write = (fence: number): Promise<Answer> => patched(`${services}/payment`, marked(fence), "");
    expect((await write(5)).status).toBe(200);
    expect((await write(10)).status).toBe(200);
    const stale = await write(9);
    expect(stale.status).toBe(422);
    expect(stale.message).toContain("stale or missing fencing token: 9 after 10");
    expect((await write(10)).status).toBe(200);
    expect((await patched(`${services}/payment`, [wrongTarget, ...marked(9)], "")).status).toBe(422);
    const removals = [fencePath, writePath].map((path) => ({ op: "remove", path }));
    expect((await patched(`${services}/payment`, [wrongTarget, ...removals], "")).status).toBe(422);
    expect((await patched(`${services}/payment`, removals.slice(0, 1), "")).status).toBe(422);
    expect((await patched(`${services}/payment`, removals, "")).status).toBe(200);
    expect(await object("service", "payment")).toMatchObject({ spec: { ports: [{ targetPort: "http" }] } });
  });

  test.each(allowedWrites)("lets %s through", async (_what, path, operation) => {
    expect(await patched(path, [operation, ...marked(1)])).toEqual({ status: 200, message: "" });
  });

  test.each(refusedWrites)("refuses %s", async (_what, path, operation, reason) => {
    const answer = await patched(path, [operation, ...marked(1)]);
    expect(answer.status).toBe(422);
    expect(answer.message).toContain(reason);
  });

  test.each(allowedCreations)("lets %s be made", async (_what, path, manifest) => {
    expect(await stratus.asPod("POST", `${path}?dryRun=All`, manifest)).toEqual({ status: 201, message: "" });
  });

  test.each(refusedCreations)("lets nothing be made %s", async (_what, path, manifest, reason) => {
    const answer = await stratus.asPod("POST", `${path}?dryRun=All`, manifest);
    expect(answer.message).toContain(reason);
    expect(answer.status).toBe(422);
  });

  test.each(deletable)("lets %s be deleted, the very one that was read", async (_what, path) => {
    expect(await stratus.asPod("DELETE", path, { dryRun: ["All"], preconditions: await preconditionsOf(path) })).toMatchObject({
      status: 200,
    });
    for (const preconditions of [{}, { uid: (await preconditionsOf(path)).uid }]) {
      const answer = await stratus.asPod("DELETE", path, { dryRun: ["All"], preconditions });
      expect(answer.message).toContain("the very object that it read");
      expect(answer.status).toBe(422);
    }
  });

  test.each(kept)("lets %s be deleted only where Stratus made it", async (_what, path) => {
    const answer = await stratus.asPod("DELETE", path, { dryRun: ["All"], preconditions: await preconditionsOf(path) });
    expect(answer.message).toContain("Stratus removes only what it made");
    expect(answer.status).toBe(422);
  });

  test("lets what Stratus made go again, until somebody else has a hand in it", async () => {
    const path = `${configMaps}/${String(madeByStratus.metadata["name"])}`;
    const remove = async (): Promise<Answer> =>
      stratus.asPod("DELETE", path, { dryRun: ["All"], preconditions: await preconditionsOf(path) });
    expect(await stratus.asPod("POST", `${configMaps}?fieldManager=stratus`, madeByStratus)).toMatchObject({ status: 201 });
    expect(await remove()).toMatchObject({ status: 200 });
    await cluster.kubectl("-n", "shop", "patch", "configmap", String(madeByStratus.metadata["name"]), '--patch={"data":{"MORE":"1"}}');
    expect(await remove()).toMatchObject({ status: 422 });
    await cluster.kubectl("-n", "shop", "delete", "configmap", String(madeByStratus.metadata["name"]));
  });

  test("lets a pod be evicted, the very one that was read, and forces nothing", async () => {
    const path = "/api/v1/namespaces/shop/pods/cart-0";
    const evict = async (options: object): Promise<Answer> =>
      stratus.asPod("POST", `${path}/eviction`, {
        apiVersion: "policy/v1",
        kind: "Eviction",
        metadata: { name: "cart-0", namespace: "shop" },
        deleteOptions: { dryRun: ["All"], ...options },
      });
    const preconditions = await preconditionsOf(path);
    expect(await evict({ preconditions })).toMatchObject({ status: 201 });
    expect(await evict({})).toMatchObject({ status: 422, message: expect.stringContaining("the very object that it read") as string });
    expect(await evict({ preconditions, gracePeriodSeconds: 0 })).toMatchObject({ status: 422 });
  });

  test("lets a node be closed and its taints be changed where that part is installed, and nothing else of it", async () => {
    await cluster.kubectl("apply", "-k", join(kubernetesFolder, "nodes"));
    try {
      await until({ what: "the role is known", limitMs: 10_000 }, async () => (await patched("/api/v1/nodes/node-1", [])).status !== 403);
      for (const [what, path, operation] of allowedOnNodes)
        expect({ what, ...(await patched(path, [operation, ...marked(1)])) }).toEqual({ what, status: 200, message: "" });
      for (const [what, path, operation, reason] of refusedOnNodes)
        expect({ what, ...(await patched(path, [operation, ...marked(1)])) }).toEqual({
          what,
          status: 422,
          message: expect.stringContaining(reason) as string,
        });
      const [closing] = allowedOnNodes;
      expect((await patched("/api/v1/nodes/node-1", [closing?.[2] ?? {}])).message).toContain("missing fencing token");
    } finally {
      await cluster.kubectl("delete", "-k", join(kubernetesFolder, "nodes"));
    }
  });

  test("leaves nothing on ReplicaSets and ControllerRevisions to write but its own marks", async () => {
    for (const plural of ["replicasets", "controllerrevisions"]) {
      const name = await cluster.kubectl("-n", "shop", "get", plural, "--output=jsonpath={.items[0].metadata.name}");
      const path = `${workloads}/${plural}/${name}`;
      expect((await patched(path, [...annotated, ...marked(1)])).status).toBe(422); // it would drop the controller's own
      const grown =
        plural === "replicasets" ? { op: "replace", path: "/spec/replicas", value: 9 } : { op: "replace", path: "/revision", value: 9 };
      expect((await patched(path, [grown, ...marked(1)])).status).toBe(422);
      expect((await patched(path, marked(1))).status).toBe(200);
    }
  });

  test("keeps to it when a far too large role is bound to the account by mistake, in protected namespaces too", async () => {
    for (const namespace of ["shop", "bystander", "kube-system"]) {
      await cluster.kubectl(
        "-n",
        namespace,
        "create",
        "rolebinding",
        "too-much",
        "--clusterrole=admin",
        "--serviceaccount=stratus:stratus",
      );
    }
    await cluster.kubectl("label", "namespace", "bystander", "stratus.dev/protected=true");
    const refused = async (method: string, path: string, reason: string, body?: unknown): Promise<void> => {
      const answer = await stratus.asPod(method, `${path}${path.includes("?") ? "&" : "?"}dryRun=All`, body);
      expect(answer.message).toContain(reason);
      expect(answer.status).toBe(422);
    };
    const bystander = "/apis/apps/v1/namespaces/bystander/deployments/bystander";
    await until(
      { what: "the label is known", limitMs: 10_000 },
      async () => (await patched(bystander, [image, ...marked(1)])).status === 422,
    );
    await refused("PATCH", bystander, "namespace bystander is protected", [image, ...marked(1)]);
    await refused("PATCH", "/apis/apps/v1/namespaces/kube-system/deployments/coredns", "namespace kube-system is protected", [
      image,
      ...marked(1),
    ]);
    await refused("PATCH", `${workloads}/deployments/payment/scale`, "Stratus may not UPDATE deployments/scale", [
      { op: "replace", path: "/spec/replicas", value: 0 },
    ]);
    await refused("DELETE", "/api/v1/namespaces/shop/pods/cart-0", "Stratus may not DELETE pods");
    await refused("DELETE", `${workloads}/deployments/payment`, "Stratus may not DELETE deployments");
    await refused("POST", "/api/v1/namespaces/shop/pods", "Stratus may not CREATE pods", {
      metadata: { name: "new" },
      spec: { containers: [{ name: "app", image: "test.local/relay:1" }] },
    });
    await refused("POST", "/api/v1/namespaces/kube-system/configmaps", "namespace kube-system is protected", {
      ...madeByStratus,
      metadata: { ...madeByStratus.metadata, namespace: "kube-system" },
    });
    await refused("POST", "/api/v1/namespaces/bystander/configmaps", "namespace bystander is protected", {
      ...madeByStratus,
      metadata: { ...madeByStratus.metadata, namespace: "bystander" },
    });
    await refused("DELETE", configMaps, "Stratus");
    const exec = await stratus.asPod("POST", "/api/v1/namespaces/shop/pods/cart-0/exec?command=id&stdout=true");
    expect(exec).toMatchObject({ status: 422 });
    const review = {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes: { verb: "get" } },
    };
    expect((await stratus.asPod("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review)).status).toBe(201);
  });
});

async function preconditionsOf(path: string): Promise<{ readonly uid: string; readonly resourceVersion: string }> {
  const { metadata } = JSON.parse(await cluster.kubectl("get", "--raw", path)) as {
    readonly metadata: { readonly uid: string; readonly resourceVersion: string };
  };
  return { uid: metadata.uid, resourceVersion: metadata.resourceVersion };
}

function protect(value: "=true" | "-"): Promise<string> {
  return cluster.kubectl("-n", "shop", "annotate", "configmap", "payment-config", `stratus.dev/protected${value}`);
}

test("an object that is marked as protected is refused, and one that is in hand already can still be put back", async () => {
  const path = `${configMaps}/payment-config`;
  const change = { op: "replace", path: "/data/DELAY_MS", value: "1" };
  await protect("=true");
  expect(await patched(path, [change, ...marked(1)])).toMatchObject({
    status: 422,
    message: expect.stringContaining("protected") as string,
  });
  await protect("-");
  expect((await patched(path, marked(1), "")).status).toBe(200);
  await protect("=true");
  expect((await patched(path, [change, ...marked(1)])).status).toBe(200);
});

test("Alertmanager accepts each of the snippets", async () => {
  const folder = join(kubernetesFolder, "..", "alertmanager");
  const snippets = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
  expect(snippets).toHaveLength(3);
  for (const name of snippets) expect(await executeOrFail("amtool", ["check-config", join(folder, name)])).toContain("SUCCESS");
});

test("what is shipped is accepted whole, ledger volume and all", async () => {
  const told = await cluster.kubectl("apply", "-k", kubernetesFolder, "--dry-run=server");
  expect(told).toContain("persistentvolumeclaim/stratus-ledger created (server dry run)");
});
