import { expect, test } from "vitest";
import { changesBetween } from "../../../src/action/change.ts";
import { changedSinceKnownGood } from "../../../src/cause/changed-since-known-good.ts";
import { asJson, refOf } from "../../../src/kubernetes/object.ts";
import type { Workload } from "../../../src/kubernetes/object.ts";
import type { Evidence } from "../../../src/cause/cause.ts";
import {
  configMap,
  container,
  crashing,
  deployment,
  healthy,
  pod,
  replicaSet,
  stuckSet,
  template,
  together,
  waiting,
} from "../../support/evidence.ts";

const good = template("orders-db");
const bad = template("orders-db", [container({ image: "bad" })]);

/** The set that is stuck now, and the difference to how it was: its template, or only its replicas. */
function changed(kind: "StatefulSet" | "DaemonSet", what: "template" | "replicas") {
  const parts = stuckSet(kind, "orders-db", { old: good, now: bad, status: waiting("ImagePullBackOff") });
  const now = [...(parts.statefulSets ?? []), ...(parts.daemonSets ?? [])][0] as Workload;
  const before: Workload = { ...now, spec: { ...now.spec, ...(what === "template" ? { template: good } : { replicas: 7 }) } };
  const changes = changesBetween(asJson(before), asJson(now));
  const difference = { ref: refOf(now), kind: "changed", changes, good: asJson(before), proven: true } as const;
  const evidence = together(parts, { present: [now] });
  return changedSinceKnownGood.diagnose({ ...evidence, differences: [{ ...difference, changedAtMs: undefined, changedBy: undefined }] });
}

const actionsOf = (found: ReturnType<typeof changed>) => found.flatMap(({ remedies }) => remedies.flatMap(({ actions }) => actions));

test("with the template of a StatefulSet the pod goes that it broke and the controller waits for", () => {
  expect(actionsOf(changed("StatefulSet", "template"))).toMatchObject([
    { type: "revert", operations: [{ op: "replace", path: "/spec/template/spec/containers/0/image" }] },
    { type: "evict", target: { kind: "Pod", namespace: "shop", name: "orders-db-1" } },
  ]);
});

test("the controller of a DaemonSet replaces its pods by itself", () => {
  expect(actionsOf(changed("DaemonSet", "template")).map(({ type }) => type)).toEqual(["revert"]);
});

test("where the template is as it was no pod is evicted", () => {
  expect(actionsOf(changed("StatefulSet", "replicas")).map(({ type }) => type)).toEqual(["scale"]);
});

test("what merely changed is a guess, until something that has to do with it is seen to be wrong", () => {
  const reads = (name: string) => template(name, [container()], { volumes: [{ name: "config", configMap: { name: "settings" } }] });
  const now = configMap("settings", { mode: "slow" });
  const before = configMap("settings", { mode: "fast" });
  const difference = {
    ref: refOf(now),
    kind: "changed",
    changes: changesBetween(asJson(before), asJson(now)),
    good: asJson(before),
    proven: true,
    changedAtMs: undefined,
    changedBy: undefined,
  } as const;
  const owner = deployment("broken", template("broken"));
  const set = replicaSet(owner, 1, template("broken"), { replicas: 1, ready: 0 });
  const stranger = { deployments: [owner], replicaSets: [set], pods: [pod(set, "a", [crashing(1)])] };
  const reader = deployment("stock", reads("stock"));
  const itsSet = replicaSet(reader, 1, reads("stock"), { replicas: 1, ready: 0 });
  const crashingReader = { deployments: [reader], replicaSets: [itsSet], pods: [pod(itsSet, "a", [crashing(1)])] };
  const guesses = (...parts: readonly Partial<Evidence>[]) =>
    changedSinceKnownGood.diagnose({ ...together(...parts), present: [now], differences: [difference] }).map(({ guess }) => guess);
  expect(guesses(healthy("stock", reads("stock")))).toEqual([true]);
  expect(guesses(healthy("stock", reads("stock")), stranger)).toEqual([true]);
  expect(guesses(crashingReader)).toEqual([false]);
  expect(changed("StatefulSet", "template").map(({ guess }) => guess)).toEqual([false]);
});
