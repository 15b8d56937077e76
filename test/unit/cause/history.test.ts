import { expect, test } from "vitest";
import { changesBetween, operationsBack } from "../../../src/cause/difference.ts";
import { historyOf, runsTheSame, sameTemplate } from "../../../src/cause/history.ts";
import { applyPatch, jsonEqual, valueAt } from "../../../src/kubernetes/json.ts";
import { asJson } from "../../../src/kubernetes/object.ts";
import { container, deployment, evidence, replicaSet, template } from "../../support/evidence.ts";

const good = template("stock");
const bad = template("stock", [container({ image: "bad" })]);

test("templates are compared without the label that the controller adds, and without when they were created", () => {
  const labelled = {
    ...good,
    metadata: { labels: { app: "stock", "pod-template-hash": "abc" }, annotations: {}, creationTimestamp: null },
  };
  expect(sameTemplate(good, labelled)).toBe(true);
  expect(sameTemplate(good, bad)).toBe(false);
});

test("a restart is another template that runs the same", () => {
  const restarted = {
    ...good,
    metadata: { ...good.metadata, annotations: { "kubectl.kubernetes.io/restartedAt": "2026-03-01T11:00:00Z" } },
  };
  expect(sameTemplate(good, restarted)).toBe(false);
  expect(runsTheSame(good, restarted)).toBe(true);
});

test("only revisions before the current one that run something else count", () => {
  const owner = deployment("stock", bad);
  const foreign = { ...owner, metadata: { ...owner.metadata, uid: "of-a-deleted-one" } };
  const replicaSets = [
    replicaSet(owner, 4, good, { replicas: 0, ready: 0 }),
    replicaSet(foreign, 5, good, { replicas: 0, ready: 0 }),
    replicaSet(owner, 6, bad, { replicas: 1, ready: 0 }),
    replicaSet(owner, 7, template("stock", [container({ image: "later" })]), { replicas: 0, ready: 0 }),
  ];
  const { current, earlier } = historyOf(owner, evidence({ deployments: [owner], replicaSets }));
  expect(current?.metadata.name).toBe("stock-r6");
  expect(earlier.map(({ number }) => number)).toEqual([4]);
});

test("putting every change back gives the older template, whatever the order of its containers", () => {
  const older = template("stock", [container({ name: "side", image: "side:1" }), container({ command: ["/run"] })], {
    nodeSelector: { zone: "a" },
    tolerations: [{ key: "x", operator: "Exists" }],
  });
  const newer = template("stock", [container({ args: ["--a/b~c"] }), container({ name: "side", image: "side:2" })], {
    nodeSelector: { "example.com/zone": "b" },
  });
  const changes = changesBetween(older, newer);
  expect(changes.map(({ path }) => path).toSorted()).toEqual([
    "/spec/containers/0/args",
    "/spec/containers/0/command",
    "/spec/containers/1/image",
    "/spec/nodeSelector/example.com~1zone",
    "/spec/nodeSelector/zone",
    "/spec/tolerations",
  ]);
  const patched = applyPatch(asJson(deployment("stock", newer)), operationsBack(changes) ?? []);
  const restored = patched.ok ? valueAt(patched.value, "/spec/template/spec") : undefined;
  const swapped = template("stock", older.spec.containers.toReversed(), {
    nodeSelector: { zone: "a" },
    tolerations: [{ key: "x", operator: "Exists" }],
  });
  expect(jsonEqual(restored, valueAt(asJson(deployment("stock", swapped)), "/spec/template/spec"))).toBe(true);
});

test("no changes make no patch, and neither do more than a patch may hold", () => {
  expect(operationsBack([])).toBeUndefined();
  const many = Array.from({ length: 21 }, (_, index) => ({ path: `/spec/x${index}`, what: "x", before: 1, after: 2 }));
  expect(operationsBack(many)).toBeUndefined();
});
