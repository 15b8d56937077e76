import { expect, test } from "vitest";
import type { Evidence } from "../../../src/cause/cause.ts";
import { rolloutPaused } from "../../../src/cause/rollout-paused.ts";
import { container, crashing, healthy, newcomer, stuckRollout, template, together } from "../../support/evidence.ts";

const paused = (parts: Partial<Evidence>): Partial<Evidence> => ({
  ...parts,
  deployments: (parts.deployments ?? []).map((one) => ({ ...one, spec: { ...one.spec, paused: true } })),
});
const bad = template("catalog", [container({ image: "bad" })]);
const target = { kind: "Deployment", namespace: "shop", name: "catalog" };
const resume = { type: "patch", target, operations: [{ op: "remove", path: "/spec/paused" }] };
const find = (...parts: readonly Partial<Evidence>[]) => rolloutPaused.diagnose(together(...parts));

test("a template whose pods fail goes back, which needs the pause to end", () => {
  const [found] = find(paused(stuckRollout("catalog", { old: template("catalog"), now: bad, status: crashing(1) })));
  expect(found).toMatchObject({ component: target, confidence: 0.85 });
  expect(found?.remedies.map(({ actions }) => actions)).toEqual([[resume, { type: "rollback", target, toRevision: 1 }]]);
});

test("a template that has no pods yet is let roll", () => {
  const parts = newcomer("catalog", bad, crashing(1));
  const deployments = (parts.deployments ?? []).map((one) => ({ ...one, spec: { ...one.spec, template: template("catalog") } }));
  const [found] = find(paused({ ...parts, deployments }));
  expect(found?.remedies.map(({ actions }) => actions)).toEqual([[resume]]);
});

test("a pause that nobody suffers from is somebody's wish", () => {
  expect(find(paused(healthy("catalog")))).toEqual([]);
  expect(find(stuckRollout("catalog", { old: template("catalog"), now: bad, status: crashing(1) }))).toEqual([]);
});
