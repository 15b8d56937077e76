import { describe, expect, test } from "vitest";
import { faults, make, worldWith } from "../support/fault.ts";
import type { Fault } from "../support/fault.ts";
import { endings, landscape, scopeHolders, story, visiblePath } from "../support/journey.ts";
import { marksLeft, outcomes, runToTheEnd } from "../support/story.ts";

async function journey(fault: Fault) {
  const world = worldWith(fault);
  await world.run(20);
  for (const { ref, operations, harmless } of fault.edits) if (harmless === true) world.cluster.edit(ref, operations, "somebody");
  const wanted = landscape(world);
  const quiet = worldWith(fault);
  await quiet.run(20);
  make(quiet, fault);
  const over = await runToTheEnd(quiet);
  return { world: quiet, wanted, over, incidents: await quiet.incidents() };
}

/** Severity at the ends of transactions, and how the diagnosis begins. */
const expected: Readonly<Record<string, { readonly path: readonly number[]; readonly diagnosis: string; readonly did: string }>> = {
  "image tag missing": {
    path: [3, 0],
    diagnosis: "Diagnosis: image-cannot-be-pulled at Deployment shop/frontend (95 %)",
    did: "kubectl -n shop rollout undo deployment/frontend --to-revision=1",
  },
  "command of a wrong binary": {
    path: [3, 0],
    diagnosis: "Diagnosis: crash-after-change at Deployment shop/frontend (90 %)",
    did: "kubectl -n shop rollout undo deployment/frontend --to-revision=1",
  },
  "Service selector": {
    path: [6, 0],
    diagnosis: "Diagnosis: selector-matches-no-pod at Service shop/payment (90 %)",
    did: `kubectl -n shop patch service/payment --type=json -p '[{"op":"replace","path":"/spec/selector/app","value":"payment"}]'`,
  },
  "scaled to zero": {
    path: [6, 0],
    diagnosis: "Diagnosis: scaled-to-zero at Deployment shop/payment (95 %)",
    did: "kubectl -n shop scale deployment/payment --replicas=2",
  },
  "request too large": {
    path: [3, 0],
    diagnosis: "Diagnosis: unschedulable-after-change at Deployment shop/frontend (95 %)",
    did: "kubectl -n shop rollout undo deployment/frontend --to-revision=1",
  },
  "node selector missing": {
    path: [3, 0],
    diagnosis: "Diagnosis: unschedulable-after-change at Deployment shop/frontend (95 %)",
    did: "kubectl -n shop rollout undo deployment/frontend --to-revision=1",
  },
  "readiness port wrong": {
    path: [3, 0],
    diagnosis: "Diagnosis: bad-probe-after-change at Deployment shop/frontend (95 %)",
    did: "kubectl -n shop rollout undo deployment/frontend --to-revision=1",
  },
  "ConfigMap key removed, then a rollout": {
    path: [3, 0],
    diagnosis: "Diagnosis: configmap-key-missing at ConfigMap shop/settings (95 %)",
    did: `kubectl -n shop patch configmap/settings --type=json -p '[{"op":"add","path":"/data/greeting","value":"hello"}]'`,
  },
  "flag that keeps pods unready": {
    path: [3, 0],
    diagnosis: "Diagnosis: not-ready-after-change at Deployment shop/frontend (86 %)",
    did: "kubectl -n shop rollout undo deployment/frontend --to-revision=1",
  },
};

describe("each fault that has a built-in cause", () => {
  test.each(faults)("$name: is mitigated in one transaction, and nothing else is changed", async (fault) => {
    const { world, wanted, over, incidents } = await journey(fault);
    const { path, diagnosis, did } = expected[fault.name] ?? { path: [], diagnosis: "", did: "" };
    expect({ over, outcomes: outcomes(incidents) }).toEqual({ over: true, outcomes: ["mitigated"] });
    expect(endings(incidents[0])).toEqual(["resolved, committed"]);
    expect(visiblePath(incidents[0])).toEqual(path);
    const told = story(incidents[0]);
    expect(told[1]?.slice(0, diagnosis.length)).toBe(diagnosis);
    expect(told[3]).toBe(did);
    expect(landscape(world)).toEqual(wanted);
    expect(marksLeft(world)).toEqual([]);
    expect(await scopeHolders(world)).toEqual([]);
  });
});
