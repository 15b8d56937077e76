import { describe, expect, test } from "vitest";
import { byStanding, standingOf } from "../../../src/memory/recall.ts";
import type { Candidate, Standing } from "../../../src/memory/recall.ts";
import { createDice } from "../../support/dice.ts";
import { memoryOf, planOf, portShape, selectorShape, targetPort } from "./remedies.ts";

const port = planOf("target-port", targetPort("payment"));

describe("how a remedy stands", () => {
  test.each<readonly [string, Parameters<typeof memoryOf>[3], Standing]>([
    ["it worked once", { mitigated: 1 }, 1],
    ["it made things better once", { improved: 1 }, 1],
    ["it did nothing once", { undone: 1 }, -1],
    ["it made things worse once", { regressed: 1 }, -1],
    ["it worked more often than not", { mitigated: 2, undone: 1 }, 1],
    ["it failed more often than not", { mitigated: 1, undone: 1, regressed: 1 }, -1],
    ["as often as not says nothing", { mitigated: 1, regressed: 1 }, 0],
  ])("%s", (_, counts, standing) => {
    expect(standingOf([memoryOf("target-port", "payment", portShape, counts)], port)).toBe(standing);
  });

  test("nothing is known of another cause, another kind or another shape", () => {
    const others = [
      memoryOf("selector", "payment", portShape, { mitigated: 1 }),
      {
        ...memoryOf("target-port", "payment", portShape, { mitigated: 1 }),
        component: { kind: "Deployment", namespace: "shop", name: "payment" },
      },
      memoryOf("target-port", "payment", selectorShape, { mitigated: 1 }),
    ];
    expect(standingOf(others, port)).toBe(0);
  });

  test("where the object has no past, that of its kind with the same cause counts; where it has one, that alone", () => {
    const elsewhere = [
      memoryOf("target-port", "frontend", portShape, { undone: 1 }),
      memoryOf("target-port", "checkout", portShape, { undone: 1 }),
    ];
    expect(standingOf(elsewhere, port)).toBe(-1);
    expect(standingOf([...elsewhere, memoryOf("target-port", "payment", portShape, { mitigated: 1 })], port)).toBe(1);
  });
});

const candidate = (name: string, confidence: number, standing: Standing): Candidate & { readonly name: string } => ({
  name,
  plan: port,
  confidence,
  standing,
});

function order(...candidates: readonly ReturnType<typeof candidate>[]): string {
  return byStanding(candidates)
    .map(({ name }) => name)
    .join(" ");
}

describe("the order of plans", () => {
  test("is left alone where nothing is known", () => {
    expect(order(candidate("a", 0.9, 0), candidate("b", 0.95, 0), candidate("c", 0.7, 0))).toBe("a b c");
  });

  test("among about equals what worked comes first, and what failed last", () => {
    expect(order(candidate("failed", 0.9, -1), candidate("unknown", 0.85, 0), candidate("worked", 0.8, 1))).toBe("worked unknown failed");
  });

  test("what is much surer stays ahead of what worked, unless it failed", () => {
    expect(order(candidate("surer", 0.95, 0), candidate("worked", 0.84, 1))).toBe("surer worked");
    expect(order(candidate("surer", 0.95, 0), candidate("worked", 0.85, 1))).toBe("worked surer");
    expect(order(candidate("failed", 0.95, -1), candidate("worked", 0.3, 1))).toBe("worked failed");
  });

  test("nobody who was not there comes, and nobody goes", () => {
    const dice = createDice(7);
    for (let round = 0; round < 500; round += 1) {
      const candidates = Array.from({ length: dice.roll(9) }, (_, index) =>
        candidate(String(index), dice.roll(100) / 100, dice.pick([-1, 0, 1] as const)),
      );
      const ordered = byStanding(candidates);
      expect(ordered.toSorted((left, right) => Number(left.name) - Number(right.name))).toEqual(candidates);
    }
  });
});
