import { describe, expect, test } from "vitest";
import type { Action } from "../../../src/action/action.ts";
import { actionSchema } from "../../../src/action/action.ts";
import { compileAction } from "../../../src/action/catalogue.ts";
import { changesBetween, normalise } from "../../../src/action/change.ts";
import { restoreChanges } from "../../../src/action/restore.ts";
import { applyPatch, isJsonObject, jsonEqual } from "../../../src/kubernetes/json.ts";
import type { Json, JsonObject, PatchOperation } from "../../../src/kubernetes/json.ts";
import { asJson, asObject } from "../../../src/kubernetes/object.ts";
import { createDice } from "../../support/dice.ts";
import type { Dice } from "../../support/dice.ts";

const rounds = 100_000;
const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);

function maybe(dice: Dice, key: string, make: () => Json): JsonObject {
  return dice.once(2) ? { [key]: make() } : {};
}

function container(dice: Dice, name: string): JsonObject {
  return {
    name,
    image: `registry.example/${name}:${dice.roll(4)}`,
    ...maybe(dice, "env", () =>
      ["A", "B", "C"].slice(0, dice.roll(4)).map((key) => (dice.once(4) ? { name: key } : { name: key, value: String(dice.roll(3)) })),
    ),
    ...maybe(dice, "args", () => ["--a", "--b"].slice(0, dice.roll(3))),
    ...maybe(dice, "ports", () => [
      { containerPort: 80, protocol: "TCP" },
      { containerPort: 80, protocol: "UDP" },
    ]),
    ...maybe(dice, "resources", () => ({ ...maybe(dice, "limits", () => ({ cpu: dice.pick(["1", "1000m", "500m"]) })) })),
    ...maybe(dice, "readinessProbe", () => ({ httpGet: { port: dice.pick<Json>([80, "http"]) }, periodSeconds: dice.roll(5) + 1 })),
  };
}

const named = { namespace: "shop", uid: "u-1", resourceVersion: "1" };

function workload(dice: Dice, kind: string): JsonObject {
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name: "web", ...named, ...maybe(dice, "annotations", () => ({ note: "kept" })) },
    spec: {
      ...(kind === "DaemonSet" ? {} : { replicas: dice.roll(5) }),
      selector: { matchLabels: { app: "web" } },
      template: {
        metadata: { labels: { app: "web" }, ...maybe(dice, "annotations", () => ({ team: "shop" })) },
        spec: {
          containers: ["app", "log"].slice(0, dice.roll(2) + 1).map((name) => container(dice, name)),
          ...maybe(dice, "nodeSelector", () => ({ disk: "ssd" })),
        },
      },
    },
  };
}

/** An object of each kind that some action is for. */
function object(dice: Dice, kind: string): JsonObject {
  const metadata = { name: "web", ...named };
  switch (kind) {
    case "Service":
      return {
        apiVersion: "v1",
        kind,
        metadata,
        spec: {
          selector: { app: "web" },
          ports: [80, 443]
            .slice(0, dice.roll(2) + 1)
            .map((port) => ({ port, protocol: "TCP", targetPort: dice.pick<Json>([8080, "http"]) })),
        },
      };
    case "ConfigMap":
      return {
        apiVersion: "v1",
        kind,
        metadata,
        ...maybe(dice, "data", () =>
          Object.fromEntries(["a", "b/c", "~d"].slice(0, dice.roll(4)).map((key) => [key, String(dice.roll(3))])),
        ),
      };
    case "Node":
      return {
        apiVersion: "v1",
        kind,
        metadata: { name: "web", uid: "u-1", resourceVersion: "1" },
        spec: {
          ...maybe(dice, "unschedulable", () => true),
          ...maybe(dice, "taints", () =>
            [
              { key: "a", effect: "NoSchedule" },
              { key: "a", effect: "NoExecute", value: "1" },
              { key: "b", effect: "NoSchedule" },
            ].slice(0, dice.roll(3) + 1),
          ),
        },
      };
    case "HorizontalPodAutoscaler":
      return {
        apiVersion: "autoscaling/v2",
        kind,
        metadata,
        spec: { ...maybe(dice, "minReplicas", () => 1 + dice.roll(3)), maxReplicas: 5 + dice.roll(3) },
      };
    case "CronJob":
      return { apiVersion: "batch/v1", kind, metadata, spec: { schedule: "* * * * *", ...maybe(dice, "suspend", () => dice.once(2)) } };
    case "ResourceQuota":
      return { apiVersion: "v1", kind, metadata, spec: { hard: { pods: dice.pick(["1", "10"]), ...maybe(dice, "cpu", () => "1000m") } } };
    default:
      return workload(dice, kind);
  }
}

const workloads = ["Deployment", "StatefulSet", "DaemonSet"];
const path = "/spec/template/spec/containers/0";

function action(dice: Dice, kind: string): Action {
  const target = { kind, ...(kind === "Node" ? {} : { namespace: "shop" }), name: "web" };
  const set = (where: string, value: Json): PatchOperation => ({ op: "add", path: where, value });
  const some: unknown[] = [];
  if (workloads.includes(kind)) {
    some.push({ type: "scale", target, replicas: dice.roll(6) }, { type: "restart", target });
    some.push({ type: "patch", target, operations: [set(`${path}/image`, `registry.example/other:${dice.roll(3)}`)] });
    some.push({ type: "patch", target, operations: [set(`${path}/env`, [{ name: "B", value: "9" }]), set(`${path}/args`, ["--c"])] });
    some.push({ type: "patch", target, operations: [{ op: "remove", path: "/spec/template/spec/nodeSelector" }] });
    some.push({
      type: "merge",
      target,
      strategy: "strategic",
      patch: {
        spec: { template: { spec: { containers: [{ name: "log", image: "registry.example/log:9", env: [{ name: "A", value: "7" }] }] } } },
      },
    });
    some.push({
      type: "merge",
      target,
      strategy: "merge",
      patch: { spec: { template: { spec: { nodeSelector: dice.once(2) ? null : { disk: "hdd" } } } } },
    });
  }
  if (kind === "Service") {
    some.push({ type: "patch", target, operations: [set("/spec/ports/0/targetPort", 9999), set("/spec/selector/tier", "front")] });
    some.push({ type: "merge", target, strategy: "strategic", patch: { spec: { ports: [{ port: 443, targetPort: 1 }] } } });
  }
  if (kind === "ConfigMap") {
    some.push({ type: "merge", target, strategy: "merge", patch: { data: { a: null, "b/c": "new" } } });
    some.push({ type: "patch", target, operations: [set("/data", { only: "this" })] });
  }
  if (kind === "Node")
    some.push(
      { type: "cordon", target },
      { type: "uncordon", target },
      { type: "untaint", target, key: "a", ...(dice.once(2) ? { effect: "NoExecute" } : {}) },
    );
  if (kind === "HorizontalPodAutoscaler")
    some.push({ type: "hpa-limits", target, minReplicas: 1 + dice.roll(4), maxReplicas: 4 + dice.roll(4) });
  if (kind === "CronJob") some.push({ type: "suspend", target, suspend: dice.once(2) });
  if (kind === "ResourceQuota") some.push({ type: "patch", target, operations: [set("/spec/hard/pods", "5")] });
  return actionSchema.parse(dice.pick(some));
}

const kinds = [...workloads, "Service", "ConfigMap", "Node", "HorizontalPodAutoscaler", "CronJob", "ResourceQuota"];

function patched(document: JsonObject, operations: readonly PatchOperation[]): JsonObject | undefined {
  const outcome = applyPatch(document, operations);
  return outcome.ok && isJsonObject(outcome.value) ? outcome.value : undefined;
}

/** What the action makes of the object; undefined when it is refused there. */
function done(what: Action, before: JsonObject): JsonObject | undefined {
  const compiled = compileAction(what, { object: asObject(before), related: [], nowMs });
  return compiled.ok && compiled.value.kind === "patch" ? patched(before, compiled.value.operations) : undefined;
}

describe("an action and its undo", { timeout: 120_000 }, () => {
  test("over a hundred thousand random objects: undo(do(x)) = x, and doing or undoing it again is harmless", () => {
    const counts = new Map<string, number>();
    for (let seed = 1; seed <= rounds; seed++) {
      const dice = createDice(seed);
      const kind = dice.pick(kinds);
      const before = asJson(asObject(object(dice, kind)));
      const what = action(dice, kind);
      const after = done(what, before);
      if (after === undefined) continue;
      const changes = changesBetween(before, after);
      // Done again, up to five times in all: nothing more than the first time.
      let again = after;
      for (let times = dice.roll(4); times > 0; times--) again = done(what, again) ?? again;
      if (!jsonEqual(normalise(again), normalise(after))) expect({ seed, what, again }).toEqual({ seed, what, again: after });
      let restored = again;
      for (let times = 1 + dice.roll(5); times > 0; times--) {
        const { operations, conflicts } = restoreChanges(changes, restored);
        if (conflicts.length > 0) expect({ seed, what, conflicts }).toEqual({ seed, what, conflicts: [] });
        restored = patched(restored, operations) ?? restored;
      }
      if (!jsonEqual(normalise(restored), normalise(before))) expect({ seed, what, restored }).toEqual({ seed, what, restored: before });
      counts.set(what.type, (counts.get(what.type) ?? 0) + 1);
    }
    expect([...counts.keys()].toSorted()).toEqual([
      "cordon",
      "hpa-limits",
      "merge",
      "patch",
      "restart",
      "scale",
      "suspend",
      "uncordon",
      "untaint",
    ]);
    expect(Math.min(...counts.values())).toBeGreaterThan(1_000);
    expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(60_000);
  });
});
