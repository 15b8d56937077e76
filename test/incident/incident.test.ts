// Real incidents on the real cluster: the alerts fire by themselves and arrive from the real Alertmanager. Needs root, the Debian
// packages and the build (see test/cluster/README.md).

import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Plan } from "../../src/action/action.ts";
import { normalise } from "../../src/action/change.ts";
import { downCluster, upCluster, type RunningCluster } from "../cluster/cluster.ts";
import { until } from "../cluster/until.ts";
import { slackServer, visibleText } from "../support/slack-server.ts";
import type { SlackServer } from "../support/slack-server.ts";
import { objectives, shopOn, tell, wrongPort } from "./shop.ts";
import type { Shop } from "./shop.ts";
import { receiverSecret, receiverUrl, createStratus, type Incident, type Stratus } from "./stratus.ts";

let cluster: RunningCluster;
let stratus: Stratus;
let slack: SlackServer;
let shop: Shop;

beforeAll(async () => {
  await downCluster();
  cluster = await upCluster();
  shop = shopOn(cluster);
  slack = await slackServer();
  stratus = createStratus(cluster, objectives, {
    STRATUS_SLACK_TOKEN: slack.botToken,
    STRATUS_SLACK_CHANNEL: slack.channel,
    STRATUS_SLACK_API_URL: slack.apiUrl,
  });
  await cluster.setReceiver(receiverUrl(), receiverSecret);
});

afterAll(async () => {
  await stratus?.close();
  await slack?.close();
  await downCluster();
});

/** The first line of each message in the channel, as it reads now. */
function slackHeadlines(): string[] {
  return slack.messages.filter((message) => message.threadTs === undefined).map((message) => visibleText(message).split("\n")[0] ?? "");
}

afterEach(async () => {
  await stratus.stop();
});

const fixedOne = (incident: Incident): boolean => incident.state === "closed" && incident.outcome === "mitigated";

/** Makes it worse twice over: a Service without pods, and an image that does not exist. */
const worse: Plan = {
  intent: "Point Service payment elsewhere and roll out an image that does not exist.",
  actions: [
    {
      type: "patch",
      target: { kind: "Service", namespace: "shop", name: "payment" },
      operations: [{ op: "replace", path: "/spec/selector/app", value: "payment-v2" }],
    },
    {
      type: "patch",
      target: { kind: "Deployment", namespace: "shop", name: "stock" },
      operations: [{ op: "replace", path: "/spec/template/spec/containers/0/image", value: "test.local/podinfo:no-such-tag" }],
    },
  ],
  source: "test",
};

describe("one real incident, end to end", () => {
  test("(a) service-target-port: mitigated, and the Service is as it was", async () => {
    await shop.quiet();
    const healthy = normalise(await shop.object("service", "payment"));
    await stratus.start();
    const brokenAtMs = Date.now();
    await shop.patch("service", "payment", wrongPort);
    const incident = await stratus.incident(120, fixedOne);
    tell("service-target-port", brokenAtMs, incident);
    expect(normalise(await shop.object("service", "payment"))).toEqual(healthy);
    expect(JSON.stringify(await shop.object("service", "payment"))).not.toContain("stratus.dev");
    await until({ what: "Slack has heard the outcome", limitMs: 20_000 }, () =>
      slackHeadlines().some((line) => line.includes("Mitigated")),
    );
    console.log(`Slack: ${slackHeadlines().join(" | ")}`);
  });

  test("(b) image-tag-missing: the earlier template comes back", async () => {
    await shop.quiet();
    const healthy = { spec: (await shop.object("deployment", "catalog"))["spec"], hash: await shop.templateHash("catalog") };
    await stratus.start();
    const brokenAtMs = Date.now();
    await cluster.kubectl("-n", "shop", "set", "image", "deployment/catalog", "app=test.local/podinfo:no-such-tag");
    const incident = await stratus.incident(180, (each) => fixedOne(each) && each.openedAtMs > brokenAtMs);
    tell("image-tag-missing", brokenAtMs, incident);
    expect((await shop.object("deployment", "catalog"))["spec"]).toEqual(healthy.spec);
    expect(await shop.templateHash("catalog")).toBe(healthy.hash);
  });

  test("(c) worse-first: undone with proof, then fixed; the visible path never rises", async () => {
    await shop.quiet();
    const stock = { object: normalise(await shop.object("deployment", "stock")), hash: await shop.templateHash("stock") };
    const brokenAtMs = Date.now();
    await shop.patch("service", "payment", wrongPort);
    // A fault goes on raising alerts by itself for a while; begun when all are there, the path shows our own doing alone.
    await until({ what: "every alert of the fault fires", limitMs: 60_000 }, async () =>
      (await shop.alerts()).some(({ state, labels }) => state === "firing" && labels["alertname"] === "NoRequests"),
    );
    await stratus.start({ plans: [worse] });
    const incident = await stratus.incident(240, (each) => fixedOne(each) && each.openedAtMs > brokenAtMs && each.attempts.length > 1);
    tell("worse-first", brokenAtMs, incident);
    expect(incident.attempts[0]).toMatchObject({ verdict: "regressed", ending: "undone" });
    expect(incident.attempts.at(-1)).toMatchObject({ verdict: "resolved", ending: "committed" });
    const visible = incident.visiblePath.map(({ mu }) => Number(mu ?? Infinity));
    expect(visible).toEqual(visible.toSorted((left, right) => right - left));
    expect(normalise(await shop.object("deployment", "stock"))).toEqual(stock.object);
    expect(await shop.templateHash("stock")).toBe(stock.hash);
  });

  test.each([
    ["after-write", "(d) kill -9 after the write, before its result is saved"],
    ["after-undo", "(d) kill -9 during undo, before its result is saved"],
  ] as const)("%s: %s: the next start finishes it", async (die, _what) => {
    await shop.quiet();
    const stock = { object: normalise(await shop.object("deployment", "stock")), hash: await shop.templateHash("stock") };
    await stratus.start({ plans: [worse], die });
    const brokenAtMs = Date.now();
    await shop.patch("service", "payment", wrongPort);
    expect(await stratus.ended()).toBe("SIGKILL");
    await stratus.start({ plans: [worse] });
    const incident = await stratus.incident(240, (each) => fixedOne(each) && each.openedAtMs > brokenAtMs && each.attempts.length > 1);
    tell(`kill ${die}`, brokenAtMs, incident);
    expect(incident.attempts[0]).toMatchObject({ ending: "undone" });
    expect((await shop.object("service", "payment"))["spec"]).toMatchObject({
      ports: [{ targetPort: "http" }],
      selector: { app: "payment" },
    });
    expect(normalise(await shop.object("deployment", "stock"))).toEqual(stock.object);
    expect(await shop.templateHash("stock")).toBe(stock.hash);
  });

  test("(e) a foreign edit during the transaction survives undo and is reported", async () => {
    await shop.quiet();
    const { hash } = { hash: await shop.templateHash("stock") };
    const settings: Plan = {
      ...worse,
      intent: "Raise the delay of checkout and make it worse.",
      actions: [
        {
          type: "patch",
          target: { kind: "ConfigMap", namespace: "shop", name: "checkout-config" },
          operations: [{ op: "replace", path: "/data/DELAY_MS", value: "1" }],
        },
        ...worse.actions,
      ],
    };
    await stratus.start({ plans: [settings] });
    const brokenAtMs = Date.now();
    await shop.patch("service", "payment", wrongPort);
    await until({ what: "our write is there", limitMs: 60_000 }, async () =>
      JSON.stringify(await shop.object("deployment", "stock")).includes("no-such-tag"),
    );
    await shop.patch("configmap", "checkout-config", [{ op: "replace", path: "/data/DELAY_MS", value: "2" }]);
    await cluster.kubectl("-n", "shop", "annotate", "deployment", "stock", "team=blue");
    const incident = await stratus.incident(240, (each) => fixedOne(each) && each.openedAtMs > brokenAtMs && each.attempts.length > 1);
    tell("foreign edits", brokenAtMs, incident);
    expect(await shop.object("configmap", "checkout-config")).toMatchObject({ data: { DELAY_MS: "2" } });
    expect(await shop.object("deployment", "stock")).toMatchObject({ metadata: { annotations: { team: "blue" } } });
    expect(await shop.templateHash("stock")).toBe(hash);
    const story = incident.timeline.map(({ text }) => text).join("\n");
    expect(story).toContain("ConfigMap shop/checkout-config: data.DELAY_MS was changed by somebody else meanwhile");
    expect(story).toContain("Deployment shop/stock: metadata.annotations.team was changed by somebody else meanwhile");
    await shop.patch("configmap", "checkout-config", [{ op: "replace", path: "/data/DELAY_MS", value: "0" }]);
    await cluster.kubectl("-n", "shop", "annotate", "deployment", "stock", "team-");
  });

  test("(f) no change at all reaches a protected namespace", async () => {
    await shop.quiet();
    const coredns = { kind: "Deployment", namespace: "kube-system", name: "coredns" } as const;
    const forbidden: Plan = { intent: "Restart the cluster's DNS.", actions: [{ type: "restart", target: coredns }], source: "test" };
    await stratus.start({
      plans: [forbidden],
      environment: { STRATUS_AUTO_NAMESPACES: "shop,bystander,kube-system", STRATUS_PROTECTED_NAMESPACES: "bystander" },
    });
    const brokenAtMs = Date.now();
    await shop.patch("service", "bystander", [{ op: "replace", path: "/spec/selector/app", value: "nobody" }], "bystander");
    const before = await versions();
    const own = await stratus.incident(
      90,
      (each) => each.openedAtMs > brokenAtMs && each.state === "closed" && each.subject.includes("bystander"),
    );
    expect(own).toMatchObject({ outcome: "no_action" });
    expect(own.outcomeReason).toContain("namespace bystander is protected");
    const labels = { alertname: "KubeDeploymentReplicasMismatch", namespace: "kube-system", deployment: "coredns", severity: "critical" };
    const alert = {
      status: "firing",
      labels,
      annotations: {},
      startsAt: new Date().toISOString(),
      endsAt: "0001-01-01T00:00:00Z",
      generatorURL: "",
    };
    await stratus.post("/alerts", { version: "4", status: "firing", alerts: [alert] });
    const system = await stratus.incident(
      60,
      (each) => each.openedAtMs > brokenAtMs && each.state === "closed" && each.subject.includes("coredns"),
    );
    expect(["no_action", "self_resolved"]).toContain(system.outcome);
    expect(await versions()).toEqual(before);
    await shop.patch("service", "bystander", [{ op: "replace", path: "/spec/selector/app", value: "bystander" }], "bystander");
  });
});

/** Of everything that could be written in the two namespaces: a write of anybody moves it. */
async function versions(): Promise<string[]> {
  const kinds = "deployments,daemonsets,services,configmaps,serviceaccounts";
  const lists = await Promise.all(
    ["kube-system", "bystander"].map((namespace) =>
      cluster.kubectl(
        "-n",
        namespace,
        "get",
        kinds,
        '--output=jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.generation} {.metadata.annotations}{"\\n"}{end}',
      ),
    ),
  );
  return lists.flatMap((list) => list.split("\n"));
}
