import { expect, test } from "vitest";
import { summaryOf } from "../../faults/report.ts";
import type { Trial } from "../../faults/trial.ts";

function trial(id: string, more: Partial<Trial> = {}): Trial {
  const all = {
    way: "stratus",
    knownGood: true,
    nothing: false,
    beyondRepair: false,
    alerts: [],
    right: true,
    residue: [],
    story: [],
  } as const;
  return { id, ...all, ...more };
}

const missed = (...trials: readonly Trial[]) => summaryOf(trials).targets.flatMap(({ name, ok }) => (ok ? [] : [name]));

test("a series without a mistake misses only that nothing was localised", () => {
  expect(missed(trial("a"))).toEqual(["localised"]);
});

test("one of ten that is not mitigated is allowed, two are not", () => {
  const ten = Array.from({ length: 10 }, (_, index) => trial(String(index)));
  const wrong = { right: "the field is as bad as before" };
  expect(missed(...ten.with(0, trial("0", wrong)))).not.toContain("mitigated");
  expect(missed(...ten.with(0, trial("0", wrong)).with(1, trial("1", wrong)))).toContain("mitigated");
});

test("what nobody could have put back is no failure", () => {
  expect(missed(trial("a", { right: "gone", beyondRepair: true }))).not.toContain("mitigated");
});

test("one change where nothing was to be done is one too many", () => {
  const alone = Array.from({ length: 20 }, (_, index) => trial(String(index), { nothing: true }));
  expect(missed(...alone)).not.toContain("nothing to do, untouched and told why");
  expect(missed(...alone, trial("b", { nothing: true, right: "changed" }))).toContain("nothing to do, untouched and told why");
});

test("what could not be shown counts for nothing, and is told", () => {
  const { trials, notShown, targets } = summaryOf([trial("a", { broken: "no alert", right: "not shown" })]);
  expect({ trials, notShown }).toEqual({ trials: 0, notShown: ["a: no alert"] });
  expect(targets.find(({ name }) => name === "mitigated")?.value).toContain("none run");
});

test("the scripts beside it have figures of their own", () => {
  const { ways } = summaryOf([trial("a"), trial("a", { way: "rollout undo", right: "still bad", residue: ["Deployment a: spec"] })]);
  expect(ways).toEqual([
    { way: "stratus", mitigated: "1 of 1 (100 %)", residue: 0 },
    { way: "rollout undo", mitigated: "0 of 1 (0 %)", residue: 1 },
  ]);
});
