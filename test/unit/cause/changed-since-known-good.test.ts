import { expect, test } from "vitest";
import { changesBetween } from "../../../src/action/change.ts";
import { changedSinceKnownGood } from "../../../src/cause/changed-since-known-good.ts";
import { asJson, refOf } from "../../../src/kubernetes/object.ts";
import type { Workload } from "../../../src/kubernetes/object.ts";
import { container, stuckSet, template, together, waiting } from "../../support/evidence.ts";

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
