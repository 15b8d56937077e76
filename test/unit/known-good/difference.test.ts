import { describe, expect, test } from "vitest";
import { describePath } from "../../../src/action/change.ts";
import type { JsonObject } from "../../../src/kubernetes/json.ts";
import { asObject } from "../../../src/kubernetes/object.ts";
import type { KubernetesObject } from "../../../src/kubernetes/object.ts";
import { differencesSince } from "../../../src/known-good/difference.ts";
import { autoscaledBy, recordedForm } from "../../../src/known-good/form.ts";
import type { KnownGood } from "../../../src/known-good/record.ts";

function object(kind: string, name: string, body: JsonObject, metadata: JsonObject = {}): KubernetesObject {
  return asObject({
    apiVersion: "v1",
    kind,
    metadata: { name, namespace: "shop", uid: `uid-${name}`, resourceVersion: "1", ...metadata },
    ...body,
  });
}

const none: ReadonlySet<string> = new Set();

function known(
  object_: KubernetesObject,
  change: { readonly sinceMs?: number; readonly provenAtMs?: number } = { provenAtMs: 1_000 },
): KnownGood {
  const { kind, metadata } = object_;
  const { sinceMs = 0, ...rest } = change;
  return { schema: 1, kind, name: metadata.name, versions: [{ object: recordedForm(object_, none) ?? null, sinceMs, ...rest }] };
}

function told(records: readonly KnownGood[], present: readonly KubernetesObject[]): readonly string[] {
  return differencesSince(records, present, "shop").map(
    ({ ref, kind, changes, changedBy, proven }) =>
      `${ref.kind} ${ref.name} ${kind}${proven ? "" : " (unproven)"}: ${changes.map(({ path }) => describePath(path)).join(",")}${changedBy === undefined ? "" : ` by ${changedBy}`}`,
  );
}

const settings = object("ConfigMap", "settings", { data: { a: "1" } });
const web = object("Deployment", "web", {
  spec: { replicas: 2, template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "app", image: "shop:1" }] } } },
});
const anotherImage = object("Deployment", "web", {
  spec: { replicas: 2, template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "app", image: "shop:2" }] } } },
});
const scaled = (replicas: number): KubernetesObject => object("Deployment", "web", { spec: { replicas } });
const autoscaler = object("HorizontalPodAutoscaler", "web", {
  spec: { scaleTargetRef: { kind: "Deployment", name: "web" }, maxReplicas: 5 },
});

describe("what is different from when all was well", () => {
  test.each<readonly [string, readonly KnownGood[], readonly KubernetesObject[], readonly string[]]>([
    ["nothing, when nothing changed", [known(settings)], [settings], []],
    ["a value", [known(settings)], [object("ConfigMap", "settings", { data: { a: "2" } })], ["ConfigMap settings changed: data.a"]],
    [
      "an image, by the name of its container",
      [known(web)],
      [anotherImage],
      ["Deployment web changed: spec.template.spec.containers[name=app].image"],
    ],
    [
      "who wrote last, statuses left out",
      [known(settings)],
      [
        object(
          "ConfigMap",
          "settings",
          { data: { a: "2" } },
          {
            managedFields: [
              { manager: "kubectl-edit", operation: "Update", time: "2026-01-01T10:00:00Z" },
              { manager: "controller", operation: "Update", subresource: "status", time: "2026-01-01T11:00:00Z" },
            ],
          },
        ),
      ],
      ["ConfigMap settings changed: data.a by kubectl-edit"],
    ],
    ["an object that is gone", [known(settings)], [], ["ConfigMap settings gone: "]],
    ["an object that came", [known(settings)], [settings, object("ConfigMap", "extra", {})], ["ConfigMap extra new: "]],
    ["nothing of a kind of which nothing is recorded", [known(settings)], [settings, object("ResourceQuota", "tight", {})], []],
    [
      "labels and annotations decide nothing",
      [known(settings)],
      [object("ConfigMap", "settings", { data: { a: "1" } }, { labels: { x: "y" } })],
      [],
    ],
    [
      "a restart is no change",
      [known(web)],
      [
        object("Deployment", "web", {
          spec: {
            replicas: 2,
            template: {
              metadata: { labels: { app: "web" }, annotations: { "kubectl.kubernetes.io/restartedAt": "x" } },
              spec: { containers: [{ name: "app", image: "shop:1" }] },
            },
          },
        }),
      ],
      [],
    ],
    ["replicas", [known(scaled(2))], [scaled(0)], ["Deployment web changed: spec.replicas"]],
    [
      "not the replicas that an autoscaler sets",
      [
        known(autoscaler),
        {
          ...known(scaled(2)),
          versions: [{ object: recordedForm(scaled(2), autoscaledBy([autoscaler])) ?? null, sinceMs: 0, provenAtMs: 1 }],
        },
      ],
      [autoscaler, scaled(4)],
      [],
    ],
    [
      "what was first seen when others had proven themselves was not there when all was well",
      [known(settings), known(object("ConfigMap", "late", {}), { sinceMs: 5_000 })],
      [settings, object("ConfigMap", "late", {})],
      ["ConfigMap late new: "],
    ],
    [
      "what has not proven itself yet counts while nothing has",
      [known(settings, {})],
      [object("ConfigMap", "settings", { data: { a: "2" } })],
      ["ConfigMap settings changed (unproven): data.a"],
    ],
  ])("%s", (_name, records, present, expected) => {
    expect(told(records, present)).toEqual(expected);
  });
});

describe("the recorded form", () => {
  test("leaves out what controllers own, elections, the cluster's certificate, and what is too large", () => {
    const owned = { ownerReferences: [{ apiVersion: "x/v1", kind: "Shop", name: "main", uid: "u", controller: true }] };
    expect(recordedForm(object("ConfigMap", "owned", {}, owned), none)).toBe(undefined);
    expect(recordedForm(object("ConfigMap", "lock", {}, { annotations: { "control-plane.alpha.kubernetes.io/leader": "{}" } }), none)).toBe(
      undefined,
    );
    expect(recordedForm(object("ConfigMap", "kube-root-ca.crt", {}), none)).toBe(undefined);
    expect(recordedForm(object("ConfigMap", "large", { data: { x: "x".repeat(100_001) } }), none)).toBe(undefined);
  });

  test("of a node is what closes it, without what its controller reports", () => {
    const taints = [
      { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" },
      { key: "maintenance", value: "yes", effect: "NoSchedule" },
    ];
    const node = asObject({
      apiVersion: "v1",
      kind: "Node",
      metadata: { name: "n1", uid: "u", resourceVersion: "1", labels: { a: "b" } },
      spec: { podCIDR: "10.0.0.0/24", unschedulable: true, taints },
    });
    expect(recordedForm(node, none)).toEqual({
      apiVersion: "v1",
      kind: "Node",
      metadata: { name: "n1" },
      spec: { unschedulable: true, taints: [{ key: "maintenance", value: "yes", effect: "NoSchedule" }] },
    });
  });
});
