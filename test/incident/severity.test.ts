// What a verdict hangs on, on the real cluster: planners that would rather look good, alerts that come late, sources that die in
// the middle, and the four stories of the paper's first table. Needs root, the Debian packages and the build.

import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Action, Plan } from "../../src/action/action.ts";
import { normalise } from "../../src/action/change.ts";
import type { Json, JsonObject } from "../../src/kubernetes/json.ts";
import { downCluster, upCluster, type RunningCluster } from "../cluster/cluster.ts";
import { until } from "../cluster/until.ts";
import { objectives, shopOn, tell, visiblePath, wrongPort } from "./shop.ts";
import type { Shop } from "./shop.ts";
import { createStratus, receiverSecret, receiverUrl, type Incident, type Stratus } from "./stratus.ts";

let cluster: RunningCluster;
let shop: Shop;
let stratus: Stratus;

beforeAll(async () => {
  await downCluster();
  cluster = await upCluster({ nodes: 2 });
  shop = shopOn(cluster);
  stratus = createStratus(cluster, objectives, { STRATUS_EVALUATION: "30s" });
  await cluster.setReceiver(receiverUrl(), receiverSecret);
});

afterAll(async () => {
  await stratus?.close();
  await downCluster();
});

/** Alertmanager tells a receiver nothing new when it has missed that an alert resolved and fired again: this one hears all of it. */
afterEach(async () => {
  await shop.patch("service", "payment", [{ op: "replace", path: "/spec/ports/0/targetPort", value: "http" }]);
  await shop.quiet();
  await until({ what: "the end of the alerts is told", limitMs: 30_000, everyMs: 500 }, () => {
    const last = new Map(cluster.alerts().map((alert) => [alert.fingerprint, alert]));
    return [...last.values()].every(({ status, labels }) => status === "resolved" || labels["severity"] === "info");
  });
  await stratus.stop();
});

const payment = { kind: "Service", namespace: "shop", name: "payment" } as const;
const deployment = (name: string) => ({ kind: "Deployment", namespace: "shop", name }) as const;
const container = "/spec/template/spec/containers/0";
const plan = (intent: string, ...actions: Action[]): Plan => ({ intent, actions, source: "test" });
const rightPort: Action = {
  type: "patch",
  target: payment,
  operations: [{ op: "replace", path: "/spec/ports/0/targetPort", value: "http" }],
};

/** Neither mends anything nor breaks anything. */
const turn = plan("Turn something.", {
  type: "patch",
  target: { kind: "ConfigMap", namespace: "shop", name: "checkout-config" },
  operations: [{ op: "replace", path: "/data/DELAY_MS", value: "1" }],
});

async function turned(): Promise<void> {
  await until({ what: "our write is there", limitMs: 60_000 }, async () =>
    JSON.stringify(await shop.object("configmap", "checkout-config")).includes('"DELAY_MS":"1"'),
  );
}

/** Everything of the shop that a person decided. */
async function landscape(): Promise<Json> {
  const kinds = ["deployments", "services", "configmaps"].join(",");
  const { items } = JSON.parse(await cluster.kubectl("-n", "shop", "get", kinds, "--output=json")) as {
    readonly items: readonly JsonObject[];
  };
  return items.map(normalise);
}

/** Of the incidents that the fault has opened the one that was measured most, when all of them are over: one fault may raise several. */
async function closedSince(sinceMs: number, seconds: number): Promise<Incident> {
  let since: readonly Incident[] = [];
  await until({ what: "every incident of the fault is over", limitMs: seconds * 1_000, everyMs: 1_000 }, async () => {
    since = (await stratus.incidents()).filter(({ openedAtMs }) => openedAtMs > sinceMs);
    return (
      (since.length > 0 && since.every(({ state }) => state === "closed")) ||
      since.map(({ subject, state, timeline }) => `${subject} ${state}: ${timeline.at(-1)?.text ?? ""}`).join("; ")
    );
  });
  for (const { subject, outcome, outcomeReason } of since) console.log(`${subject}: ${outcome ?? "?"} (${outcomeReason ?? ""})`);
  const measured = (incident: Incident): number => incident.attempts.reduce((sum, { hiddenPath }) => sum + hiddenPath.length, 0);
  const [most] = since.toSorted((left, right) => measured(right) - measured(left));
  if (most === undefined) throw new Error("no incident was opened");
  return most;
}

async function fires(name: string): Promise<void> {
  await until({ what: `${name} fires`, limitMs: 60_000, everyMs: 500 }, async () =>
    (await shop.alerts()).some(({ state, labels }) => state === "firing" && labels["alertname"] === name),
  );
}

/** When all of the fault's alerts fire: a plan that met one that has only begun would be blamed for the others. */
async function breakPayment(): Promise<number> {
  await shop.quiet();
  const brokenAtMs = Date.now();
  await shop.patch("service", "payment", wrongPort);
  await fires("NoRequests");
  return brokenAtMs;
}

describe("planners that would rather look good", () => {
  test.each<{ name: string; plans: readonly Plan[] }>([
    {
      name: "by taking away what is measured",
      plans: [
        plan("No pods, no errors.", { type: "scale", target: deployment("payment"), replicas: 0 }),
        plan("No workload, no errors.", { type: "delete", target: deployment("payment") }),
        plan("No Service, no alert about it.", { type: "delete", target: payment }),
        plan("No probe, no unready pod.", {
          type: "patch",
          target: deployment("payment"),
          operations: [{ op: "remove", path: `${container}/readinessProbe` }],
        }),
        plan("Another name, and the alert has lost its series.", {
          type: "merge",
          target: deployment("payment"),
          strategy: "merge",
          patch: { spec: { template: { metadata: { labels: { app: "nobody" } } } } },
        }),
      ],
    },
    {
      name: "by doing a little less",
      plans: [
        plan("Fewer replicas fail less often.", { type: "scale", target: deployment("payment"), replicas: 1 }),
        plan("Close the node.", { type: "cordon", target: { kind: "Node", name: "node-1" } }),
      ],
    },
  ])("$name: nothing is called a success, and nothing of it stays", async ({ name, plans }) => {
    const brokenAtMs = await breakPayment();
    const broken = await landscape();
    await stratus.start({ plans, only: true });
    const incident = await closedSince(brokenAtMs, 300);
    tell(name, brokenAtMs, incident);
    console.log(
      incident.attempts
        .map(({ attempt, verdict, ending, reason }) => `${attempt}: ${verdict ?? ""} ${ending ?? ""} ${reason ?? ""}`)
        .join("\n"),
    );
    expect(["restored", "no_action"]).toContain(incident.outcome);
    expect(incident.attempts.filter(({ ending }) => ending === "committed")).toEqual([]);
    expect(await landscape()).toEqual(broken);
  });

  test("an alert that is silenced meanwhile counts as before", async () => {
    const brokenAtMs = await breakPayment();
    await stratus.start({ plans: [turn], only: true });
    await turned();
    const silence = await silenceShop();
    const incident = await closedSince(brokenAtMs, 180);
    tell("silenced meanwhile", brokenAtMs, incident);
    expect(incident).toMatchObject({ outcome: "restored", attempts: [{ ending: "undone" }] });
    expect(await shop.object("configmap", "checkout-config")).toMatchObject({ data: { DELAY_MS: "0" } });
    await fetch(`${cluster.alertmanagerUrl}/api/v2/silence/${silence}`, { method: "DELETE" });
  });
});

async function silenceShop(): Promise<string> {
  const nowMs = Date.now();
  const answer = await fetch(`${cluster.alertmanagerUrl}/api/v2/silences`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      matchers: [{ name: "namespace", value: "shop", isRegex: false, isEqual: true }],
      startsAt: new Date(nowMs).toISOString(),
      endsAt: new Date(nowMs + 600_000).toISOString(),
      createdBy: "test",
      comment: "so that it looks quiet",
    }),
  });
  return ((await answer.json()) as { readonly silenceID: string }).silenceID;
}

describe("what is heard late, or not at all", () => {
  test("an alert with `for: 20s` that begins after the fix: the fix is taken back, and the one without it stays", async () => {
    await shop.quiet();
    await cluster.addRules("late", {
      interval: "1s",
      rules: [
        {
          alert: "StockOutgrown",
          expr: 'kube_deployment_spec_replicas{namespace="shop", deployment="stock"} > 2',
          for: "20s",
          labels: { severity: "critical" },
          annotations: { summary: "There are more replicas of stock than its database takes." },
        },
      ],
    });
    const fixAndMore = plan(
      "Go back to the earlier image, and give stock one more.",
      { type: "rollback", target: deployment("catalog"), toRevision: 0 },
      {
        type: "scale",
        target: deployment("stock"),
        replicas: 3,
      },
    );
    const brokenAtMs = Date.now();
    await cluster.kubectl("-n", "shop", "set", "image", "deployment/catalog", "app=test.local/podinfo:no-such-tag");
    await fires("KubeContainerWaiting");
    await stratus.start({ plans: [fixAndMore] });
    const incident = await closedSince(brokenAtMs, 300);
    tell("for: 20s after the fix", brokenAtMs, incident);
    const [first] = incident.attempts;
    expect(first).toMatchObject({ ending: "undone" });
    expect((first?.hiddenPath.at(-1)?.atMs ?? 0) - (first?.hiddenPath[0]?.atMs ?? 0)).toBeGreaterThan(20_000);
    expect(incident.attempts.at(-1)).toMatchObject({ verdict: "resolved", ending: "committed" });
    expect(incident.outcome).toBe("mitigated");
    expect(await shop.object("deployment", "stock")).toMatchObject({ spec: { replicas: 2 } });
    await cluster.addRules("late", { rules: [] });
  });

  test("Prometheus is killed during the evaluation: what cannot be told is undone, and tried again when it can", async () => {
    const brokenAtMs = await breakPayment();
    await stratus.start({ plans: [plan("Put the port right.", rightPort)] });
    await until({ what: "our write is there", limitMs: 60_000, everyMs: 50 }, async () =>
      JSON.stringify((await shop.object("service", "payment"))["spec"]).includes('"targetPort":"http"'),
    );
    await cluster.stop("prometheus", "SIGKILL");
    await until({ what: "the fix is taken back", limitMs: 120_000, everyMs: 500 }, async () =>
      JSON.stringify((await shop.object("service", "payment"))["spec"]).includes('"targetPort":9999'),
    );
    await cluster.start("prometheus");
    const incident = await closedSince(brokenAtMs, 300);
    tell("Prometheus killed", brokenAtMs, incident);
    expect(incident.attempts[0]).toMatchObject({ verdict: "inconclusive", ending: "undone" });
    expect(incident.outcome).toBe("mitigated");
  });

  test("Alertmanager is restarted during the evaluation, and has forgotten everything: nothing counts as resolved for that", async () => {
    const brokenAtMs = await breakPayment();
    await stratus.start({ plans: [turn], only: true });
    await turned();
    await cluster.restart("alertmanager", "SIGKILL");
    const incident = await closedSince(brokenAtMs, 180);
    tell("Alertmanager restarted", brokenAtMs, incident);
    expect(incident).toMatchObject({ outcome: "restored", attempts: [{ ending: "undone" }] });
  });
});

describe("the four stories of the paper's first table", () => {
  const badImage: Action = {
    type: "patch",
    target: deployment("stock"),
    operations: [{ op: "replace", path: `${container}/image`, value: "test.local/podinfo:no-such-tag" }],
  };
  const drained = async (): Promise<readonly Action[]> => {
    const pods = JSON.parse(
      await cluster.kubectl("-n", "shop", "get", "pods", "--field-selector=spec.nodeName=node-2", "--output=json"),
    ) as {
      readonly items: readonly { readonly metadata: { readonly name: string } }[];
    };
    const node = { kind: "Node", name: "node-2" } as const;
    const evictions = pods.items.slice(0, 2).map(({ metadata }): Action => ({
      type: "evict",
      target: { kind: "Pod", namespace: "shop", name: metadata.name },
    }));
    return [{ type: "cordon", target: node }, ...evictions, { type: "uncordon", target: node }, rightPort];
  };

  test.each<{ name: string; actions: () => Promise<readonly Action[]>; endings: readonly string[] }>([
    { name: "drain and rebalance", actions: drained, endings: ["committed"] },
    {
      name: "rolling upgrade",
      actions: async () => [{ type: "restart", target: deployment("payment") }, rightPort],
      endings: ["committed"],
    },
    { name: "bad image", actions: async () => [badImage], endings: ["undone", "committed"] },
    { name: "single hot-fix", actions: async () => [rightPort], endings: ["committed"] },
  ])("$name: the hidden path may rise, the visible one never does", async ({ name, actions, endings }) => {
    const brokenAtMs = await breakPayment();
    const plans = [plan(`${name}.`, ...(await actions()))];
    await stratus.start({ plans, environment: { STRATUS_CLUSTER_SCOPED_MODE: "auto" } });
    const incident = await closedSince(brokenAtMs, 300);
    tell(name, brokenAtMs, incident);
    expect(incident.attempts.filter(({ ending }) => ending !== undefined).map(({ ending }) => ending)).toEqual(endings);
    expect(incident.outcome).toBe("mitigated");
    const visible = visiblePath(incident).map(Number);
    expect(visible).toEqual(visible.toSorted((left, right) => right - left));
    expect(visible.at(-1)).toBe(0);
  });
});
