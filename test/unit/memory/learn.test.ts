import { describe, expect, test } from "vitest";
import { learn, lessonsOf } from "../../../src/memory/learn.ts";
import { memorySchema, signatureOf, stillKnown } from "../../../src/memory/memory.ts";
import { incident as anIncident, states } from "../transaction/incidents.ts";
import { attemptOf, memoryOf, planOf, portShape, selector, selectorShape, targetPort } from "./remedies.ts";

const port = planOf("target-port", targetPort("payment"));
const pods = planOf("target-port", selector("payment"));

describe("what an incident teaches", () => {
  test("is one lesson for each attempt that was carried out and judged", () => {
    const over = anIncident(states.acting, {
      attempts: [
        attemptOf(pods, "unchanged", { ending: "undone" }),
        attemptOf(pods, "regressed", { ending: "undo not proven" }),
        attemptOf(port, "improved", { ending: "committed" }),
        attemptOf(port, "resolved", { ending: "committed" }),
      ],
    });
    expect(lessonsOf(over).map(({ shape, taught }) => [shape, taught])).toEqual([
      [selectorShape, "undone"],
      [selectorShape, "regressed"],
      [portShape, "improved"],
      [portShape, "mitigated"],
    ]);
  });

  test("is nothing where nothing was written, a person stopped it, or nobody could measure", () => {
    const over = anIncident(states.acting, {
      attempts: [
        attemptOf(port, "unchanged", { writes: 0 }),
        attemptOf(port, "inconclusive"),
        attemptOf(port, "unchanged", { stoppedBy: "alice" }),
        attemptOf(port, undefined),
      ],
    });
    expect(lessonsOf(over)).toEqual([]);
  });

  test("is counted by shape, the latest first, and never twice for one incident", () => {
    const attempts = [attemptOf(pods, "unchanged"), attemptOf(port, "resolved")];
    const lessons = lessonsOf(anIncident(states.acting, { attempts }));
    const first = learn(undefined, signatureOf(port), lessons, "one", 1_000);
    expect(first).toEqual({
      schema: 1,
      cause: "target-port",
      component: { kind: "Service", namespace: "shop", name: "payment" },
      remedies: [
        { shape: portShape, mitigated: 1, improved: 0, undone: 0, regressed: 0, lastAtMs: 1_000 },
        { shape: selectorShape, mitigated: 0, improved: 0, undone: 1, regressed: 0, lastAtMs: 1_000 },
      ],
      incidents: ["one"],
    });
    expect(learn(first, signatureOf(port), lessons, "one", 2_000)).toBe(first);
    const second = learn(first, signatureOf(port), lessons.slice(0, 1), "two", 2_000);
    expect(second.remedies.map(({ shape, undone, lastAtMs }) => [shape, undone, lastAtMs])).toEqual([
      [selectorShape, 2, 2_000],
      [portShape, 0, 1_000],
    ]);
    expect(memorySchema.parse(JSON.parse(JSON.stringify(second)))).toEqual(second);
  });

  test("takes in only what is about the same cause at the same object", () => {
    const other = planOf("target-port", targetPort("frontend"));
    const lessons = lessonsOf(anIncident(states.acting, { attempts: [attemptOf(other, "resolved"), attemptOf(port, "regressed")] }));
    expect(learn(undefined, signatureOf(port), lessons, "one", 1_000).remedies).toMatchObject([{ mitigated: 0, regressed: 1 }]);
  });

  test("stays within its limits: ten remedies, twenty incidents", () => {
    let memory = learn(undefined, signatureOf(port), [], "0", 0);
    for (let number = 1; number <= 30; number += 1) {
      const plan = planOf("target-port", {
        type: "patch",
        target: { kind: "Service", namespace: "shop", name: "payment" },
        operations: [{ op: "replace", path: `/spec/selector/label-${number}`, value: "x" }],
      });
      const lessons = lessonsOf(anIncident(states.acting, { attempts: [attemptOf(plan, "resolved")] }));
      memory = learn(memory, signatureOf(port), lessons, String(number), number);
    }
    expect([memory.remedies.length, memory.remedies[0]?.shape]).toEqual([10, "patch Service spec.selector.label-30"]);
    expect([memory.incidents.length, memory.incidents[0], memory.incidents.at(-1)]).toEqual([20, "11", "30"]);
  });
});

describe("what is too old", () => {
  const memory = memoryOf("target-port", "payment", portShape, { mitigated: 1 }, 1_000);

  test("is forgotten, remedy by remedy", () => {
    const [old] = memory.remedies;
    const two = { ...memory, remedies: old === undefined ? [] : [{ ...old, lastAtMs: 5_000, shape: "another" }, old] };
    expect(stillKnown(two, 6_000, { keptMs: 5_001 })?.remedies.length).toBe(2);
    expect(stillKnown(two, 6_000, { keptMs: 5_000 })?.remedies.map(({ shape }) => shape)).toEqual(["another"]);
    expect(stillKnown(two, 10_000, { keptMs: 5_000 })).toBeUndefined();
  });
});
