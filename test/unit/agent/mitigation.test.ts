import { describe, expect, test } from "vitest";
import type { Action } from "../../../src/action/action.ts";
import { builtInPlanner } from "../../../src/agent/mitigation.ts";
import type { PlanningInput } from "../../../src/agent/planner.ts";
import type { Memory } from "../../../src/memory/memory.ts";
import { attempt } from "../transaction/incidents.ts";

const scale = (name: string): Action => ({ type: "scale", target: { kind: "Deployment", namespace: "shop", name }, replicas: 2 });

function hypothesis(cause: string, confidence: number, ...remedies: readonly string[]): PlanningInput["hypotheses"][number] {
  return {
    cause,
    component: { kind: "Deployment", namespace: "shop", name: cause },
    confidence,
    evidence: [],
    remedies: remedies.map((name) => ({ intent: `Scale ${name}.`, actions: [scale(name)] })),
  };
}

function tried(name: string, verdict: "unchanged" | "regressed"): PlanningInput["attempts"][number] {
  return {
    ...attempt,
    plan: { intent: `Scale ${name}.`, actions: [scale(name)], source: "test" },
    writes: 1,
    verdict,
    ending: "undone",
  };
}

async function intents(
  hypotheses: PlanningInput["hypotheses"],
  attempts: PlanningInput["attempts"] = [],
  memories: PlanningInput["memories"] = [],
): Promise<readonly string[]> {
  const proposed = await builtInPlanner.propose({ hypotheses, attempts, memories });
  return proposed.ok ? proposed.value.map(({ intent }) => intent) : [];
}

const changed = (name: string) => hypothesis("changed-since-known-good", 0.9, name);

describe("the built-in planner", () => {
  test("the first remedy of each cause comes before the second of any", async () => {
    expect(await intents([hypothesis("one", 0.9, "a", "b"), hypothesis("two", 0.8, "c")])).toEqual(["Scale a.", "Scale c.", "Scale b."]);
  });

  test("what did nothing alone is combined before what is unlikely is tried, and what made it worse never is", async () => {
    const hypotheses = [hypothesis("one", 0.9, "a"), hypothesis("two", 0.8, "b"), hypothesis("guess", 0.5, "c")];
    const attempts = [tried("a", "unchanged"), tried("b", "unchanged"), tried("d", "regressed")];
    expect(await intents(hypotheses, attempts)).toEqual(["Scale a.", "Scale b.", "Scale a. And: Scale b.", "Scale c."]);
  });

  test("all that changed since all was well goes back at once when there is more than one", async () => {
    expect(await intents([changed("a"), changed("b")])).toEqual([
      "Scale a.",
      "Scale b.",
      "Put back all that changed since all was well (2 objects).",
    ]);
    expect(await intents([changed("a")])).toEqual(["Scale a."]);
    const many = ["a", "b", "c", "d", "e", "f"].map(changed);
    expect((await intents(many)).at(-1)).toBe("Put back all that changed since all was well (5 objects).");
  });

  describe("that remembers", () => {
    const remembered = (cause: string, name: string, counts: { readonly mitigated?: number; readonly undone?: number }): Memory => ({
      schema: 1,
      cause,
      component: { kind: "Deployment", namespace: "shop", name },
      remedies: [{ shape: "scale Deployment", mitigated: 0, improved: 0, undone: 0, regressed: 0, ...counts, lastAtMs: 0 }],
      incidents: [],
    });

    test("tries first what worked before among what is about as likely", async () => {
      const hypotheses = [hypothesis("one", 0.9, "a"), hypothesis("two", 0.9, "b"), hypothesis("three", 0.85, "c")];
      expect(await intents(hypotheses, [], [remembered("three", "c", { mitigated: 1 })])).toEqual(["Scale c.", "Scale a.", "Scale b."]);
    });

    test("of one cause tries the remedy that worked before the one that did not", async () => {
      const memories = [remembered("one", "a", { undone: 1 }), remembered("one", "b", { mitigated: 1 })];
      expect(await intents([hypothesis("one", 0.9, "a", "b"), hypothesis("two", 0.4, "c")], [], memories)).toEqual([
        "Scale b.",
        "Scale c.",
        "Scale a.",
      ]);
    });

    test("what failed falls behind what worked, however sure its cause is", async () => {
      const memories = [remembered("one", "a", { undone: 1 }), remembered("two", "b", { mitigated: 1 })];
      expect(await intents([hypothesis("one", 0.98, "a"), hypothesis("two", 0.3, "b")], [], memories)).toEqual(["Scale b.", "Scale a."]);
    });

    test("proposes what it would have proposed anyway, in another order", async () => {
      const hypotheses = [hypothesis("one", 0.9, "a", "b"), hypothesis("two", 0.5, "c")];
      const memories = [
        remembered("one", "a", { undone: 3 }),
        remembered("two", "c", { mitigated: 3 }),
        remembered("four", "z", { mitigated: 9 }),
      ];
      expect((await intents(hypotheses, [], memories)).toSorted()).toEqual((await intents(hypotheses)).toSorted());
    });
  });
});
