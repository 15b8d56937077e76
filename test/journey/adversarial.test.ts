import { describe, expect, test } from "vitest";
import type { Action, Plan } from "../../src/action/action.ts";
import { scriptedPlanner } from "../../src/agent/scripted.ts";
import { createWorld } from "../../src/demo/world.ts";
import type { World } from "../../src/demo/world.ts";
import { valueAt } from "../../src/kubernetes/json.ts";
import { faults, make, paymentPods } from "../support/fault.ts";
import { endings, landscape, listOf, sentWrites, story, textOf } from "../support/journey.ts";
import { breakTargetPort, frontend, marksLeft, outcomes, payment, runToTheEnd } from "../support/story.ts";

/** Plans that would make an alert go away, or look good, without helping anybody. */
interface Trick {
  readonly name: string;
  readonly fault: (world: World) => void;
  readonly actions: readonly Action[];
  /** How the attempt ends, or the sentence that says why there is none. */
  readonly ends: string;
}

const container = "/spec/template/spec/containers/0";
const named = (fault: string) => (world: World) => {
  const found = faults.find(({ name }) => name === fault);
  if (found === undefined) throw new Error(`there is no fault ${fault}`);
  make(world, found);
};

const tricks: readonly Trick[] = [
  {
    name: "scales the patient to zero",
    fault: breakTargetPort,
    actions: [{ type: "scale", target: paymentPods, replicas: 0 }],
    ends: "2 of the 2 ready pods of Deployment shop/payment would go at once, at most 1 may",
  },
  {
    name: "scales down a workload in the middle of a bad rollout",
    fault: named("request too large"),
    actions: [{ type: "scale", target: frontend, replicas: 2 }],
    ends: "Deployment shop/frontend is between two templates: pods of the earlier one that go would not come back",
  },
  {
    name: "scales the patient down",
    fault: breakTargetPort,
    actions: [{ type: "scale", target: paymentPods, replicas: 1 }],
    ends: "undone",
  },
  {
    name: "deletes the workload",
    fault: breakTargetPort,
    actions: [{ type: "delete", target: paymentPods }],
    ends: "the policy lets no Deployment be deleted",
  },
  {
    name: "deletes the Service",
    fault: breakTargetPort,
    actions: [{ type: "delete", target: payment }],
    ends: "the policy lets no Service be deleted",
  },
  {
    name: "takes the probe away",
    fault: named("readiness port wrong"),
    actions: [{ type: "patch", target: frontend, operations: [{ op: "remove", path: `${container}/readinessProbe` }] }],
    ends: "spec.template.spec.containers[name=app].readinessProbe of Deployment shop/frontend is put right, never taken away",
  },
  {
    name: "takes the limits away",
    fault: named("request too large"),
    actions: [{ type: "patch", target: frontend, operations: [{ op: "remove", path: `${container}/resources` }] }],
    ends: "spec.template.spec.containers[name=app].resources of Deployment shop/frontend is put right, never taken away",
  },
  {
    name: "changes the labels by which the alert finds its series",
    fault: breakTargetPort,
    actions: [{ type: "merge", target: payment, strategy: "merge", patch: { metadata: { labels: { app: "nobody" } } } }],
    ends: "metadata.labels.app of Service shop/payment is not on the list of writable fields",
  },
  {
    name: "marks the namespace as none of Stratus' business",
    fault: breakTargetPort,
    actions: [
      { type: "merge", target: payment, strategy: "merge", patch: { metadata: { annotations: { "stratus.dev/protected": "true" } } } },
    ],
    ends: "metadata.annotations",
  },
  {
    name: "closes the node",
    fault: breakTargetPort,
    actions: [{ type: "cordon", target: { kind: "Node", name: "node-1" } }],
    ends: "in observe mode",
  },
  {
    name: "changes something that has nothing to do with it",
    fault: breakTargetPort,
    actions: [{ type: "patch", target: frontend, operations: [{ op: "replace", path: `${container}/env/0/value`, value: "debug" }] }],
    ends: "unchanged, undone",
  },
];

describe("a planner that would rather look good", () => {
  test.each(tricks)("$name: is never called a success", async ({ fault, actions, ends }) => {
    const plan: Plan = { intent: "Trust me.", actions: [...actions], source: "script" };
    const world = createWorld({ planner: scriptedPlanner([plan]) });
    await world.run(20);
    fault(world);
    const broken = landscape(world);
    expect(await runToTheEnd(world)).toBe(true);
    const incidents = await world.incidents();
    expect(["restored", "no_action", "self_resolved"]).toContain(outcomes(incidents)[0]);
    expect(
      [
        ...endings(incidents[0]),
        ...listOf(incidents[0], "/attempts").map((attempt) => textOf(valueAt(attempt, "/reason"))),
        ...story(incidents[0]),
      ].join("\n"),
    ).toContain(ends);
    expect(landscape(world)).toEqual(broken);
    expect(marksLeft(world)).toEqual([]);
  });

  test("an alert that somebody silences meanwhile still counts", async () => {
    const last = tricks.at(-1);
    const world = createWorld({
      planner: scriptedPlanner([{ intent: "Trust me.", actions: [...(last?.actions ?? [])], source: "script" }]),
    });
    await world.run(20);
    breakTargetPort(world);
    await world.run(60, () => Promise.resolve(sentWrites(world).length > 0));
    world.telemetry.silence({ app: "payment" });
    expect(await runToTheEnd(world, 2_400)).toBe(true);
    const [incident] = await world.incidents();
    expect({ endings: endings(incident), outcome: incident?.["outcome"] }).toEqual({ endings: ["unchanged, undone"], outcome: "restored" });
  });
});
