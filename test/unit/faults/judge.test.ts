import { describe, expect, test } from "vitest";
import type { ToldIncident } from "../../faults/incidents.ts";
import { judge } from "../../faults/judge.ts";

const fault = { components: [{ kind: "Service", name: "stock" }], causes: ["selector-matches-no-pod"], field: /spec\.selector/ };
const right = "selector-matches-no-pod at Service shop-1/stock (90 %): nobody has its labels";
const elsewhere = "out-of-memory at Deployment shop-1/stock (70 %): a container was killed";

function incident(more: Partial<ToldIncident>): ToldIncident {
  const closed = { id: "i1", subject: "Service shop-1/stock", state: "closed", alerts: [], openedAtMs: 0, endedAtMs: 9_000 };
  return { ...closed, timeline: [], diagnosis: [], attempts: [], visiblePath: [], ...more };
}

function attempt(ending: "committed" | "undone", ...actions: string[]): ToldIncident["attempts"][number] {
  return { attempt: 1, intent: "", actions, ending, hiddenPath: [] };
}

const judged = (...incidents: readonly ToldIncident[]) => judge(fault, "shop-1", incidents);

describe("what is localised", () => {
  test.each<readonly [string, Partial<ToldIncident>, boolean]>([
    ["the component in the first hypothesis", { diagnosis: [right] }, true],
    ["the component in the third", { diagnosis: [elsewhere, elsewhere, right] }, true],
    ["the component in the fourth, which nobody reads", { diagnosis: [elsewhere, elsewhere, elsewhere, right] }, false],
    ["an object of its name and another kind", { diagnosis: [elsewhere] }, false],
    ["the component of another shop", { diagnosis: [right.replace("shop-1", "shop-11")] }, false],
    ["what a kept attempt changed", { attempts: [attempt("committed", "kubectl -n shop-1 patch service/stock --type=json")] }, true],
    ["what an undone attempt changed", { attempts: [attempt("undone", "kubectl -n shop-1 patch service/stock --type=json")] }, false],
    ["a kept change elsewhere", { attempts: [attempt("committed", "kubectl -n shop-1 patch service/catalog --type=json")] }, false],
    ["nothing", {}, false],
  ])("%s", (_name, told, expected) => {
    expect(judged(incident(told)).localised).toBe(expected);
  });

  test("of two faults, both", () => {
    const both = { ...fault, components: [...fault.components, { kind: "Deployment", name: "catalog" }] };
    expect(judge(both, "shop-1", [incident({ diagnosis: [right] })]).localised).toBe(false);
  });
});

test("the cause is named by its name or by its field, and at the component", () => {
  expect(judged(incident({ diagnosis: [right] })).causeNamed).toBe(true);
  const field = 'changed-since-known-good at Service shop-1/stock (95 %): not as it was: "spec.selector.app"';
  expect(judged(incident({ diagnosis: [field] })).causeNamed).toBe(true);
  expect(judged(incident({ diagnosis: [field.replace("selector", "ports")] })).causeNamed).toBe(false);
  expect(judged(incident({ diagnosis: [right.replace("stock", "catalog")] })).causeNamed).toBe(false);
});

test("severity that ends above its start is a regression, of each incident for itself", () => {
  const path = (...mus: readonly number[]) => ({ visiblePath: mus.map((mu) => ({ mu })) });
  expect(judged(incident(path(6, 9, 0)), incident(path(3))).regressions).toEqual([]);
  expect(judged(incident(path(6, 0)), incident({ ...path(3, 6), id: "i2" })).regressions).toEqual(["i2: 3 -> 6"]);
});
