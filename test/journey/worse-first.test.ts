import { describe, expect, test } from "vitest";
import { builtInPlanner } from "../../src/agent/mitigation.ts";
import { scriptedPlanner } from "../../src/agent/scripted.ts";
import { createWorld } from "../../src/demo/world.ts";
import { memoryLedger } from "../../src/ledger/memory.ts";
import { isJsonArray, valueAt } from "../../src/kubernetes/json.ts";
import type { JsonObject } from "../../src/kubernetes/json.ts";
import { crashingLedger } from "../support/crash.ts";
import { breakTargetPort, frontend, marksLeft, outcomes, payment, runToTheEnd, snapshot, worseTwice } from "../support/story.ts";

async function journey(crashAfterSave: number) {
  const ledger = crashingLedger(memoryLedger(), crashAfterSave);
  const world = createWorld({ ledger, planner: scriptedPlanner([worseTwice], builtInPlanner) });
  await world.run(20);
  const healthy = { payment: await snapshot(world, payment), frontend: await snapshot(world, frontend), hash: await hash(world) };
  breakTargetPort(world);
  const over = await runToTheEnd(world);
  const now = { payment: await snapshot(world, payment), frontend: await snapshot(world, frontend), hash: await hash(world) };
  return { world, ledger, healthy, now, over, incidents: await world.incidents() };
}

async function hash(world: ReturnType<typeof createWorld>): Promise<unknown> {
  const pods = await world.cluster.list("Pod", "shop");
  const own = pods.ok
    ? pods.value.filter((pod) => pod.metadata.labels?.["app"] === "frontend" && pod.metadata.deletionTimestamp === undefined)
    : [];
  return [...new Set(own.map((pod) => pod.metadata.labels?.["pod-template-hash"]))];
}

function numbers(incident: JsonObject | undefined, path: string): number[] {
  const list = valueAt(incident ?? {}, path);
  return isJsonArray(list) ? list.map((point) => Number(valueAt(point, "/mu"))) : [];
}

/** The second incident is about the pods that the bad image left unready for a while. */
const expectedOutcomes = ["mitigated", "self_resolved"];

describe("a first plan that makes it worse", () => {
  test("is undone with proof, then the second one mitigates", async () => {
    const { world, healthy, now, over, incidents } = await journey(Infinity);
    expect(over).toBe(true);
    expect(outcomes(incidents)).toEqual(expectedOutcomes);
    expect(valueAt(incidents[0] ?? {}, "/attempts/0/verdict")).toBe("regressed");
    expect(valueAt(incidents[0] ?? {}, "/attempts/0/ending")).toBe("undone");
    expect(valueAt(incidents[0] ?? {}, "/attempts/1/ending")).toBe("committed");
    expect(now).toEqual(healthy);
    expect(marksLeft(world)).toEqual([]);
  });

  test("the hidden path rises, the visible path never does", async () => {
    const { incidents } = await journey(Infinity);
    const hidden = numbers(incidents[0], "/attempts/0/hiddenPath");
    expect(Math.max(...hidden)).toBeGreaterThan(hidden[0] ?? 0);
    const visible = numbers(incidents[0], "/visiblePath");
    expect(visible).toEqual(visible.toSorted((left, right) => right - left));
    expect(visible.at(-1)).toBe(0);
  });

  test("ends the same way whatever save the process dies after", async () => {
    const straight = await journey(Infinity);
    const saves = straight.ledger.saves();
    for (let save = 1; save <= saves; save++) {
      const { world, ledger, healthy, now, over, incidents } = await journey(save);
      expect({ save, over, died: ledger.died(), outcomes: outcomes(incidents) }).toEqual({
        save,
        over: true,
        died: true,
        outcomes: expectedOutcomes,
      });
      expect(now).toEqual(healthy);
      expect(marksLeft(world)).toEqual([]);
    }
  });
});
