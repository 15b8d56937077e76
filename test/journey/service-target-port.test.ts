import { describe, expect, test } from "vitest";
import { createWorld } from "../../src/demo/world.ts";
import { memoryLedger } from "../../src/ledger/memory.ts";
import { loadScopes } from "../../src/runner/records.ts";
import { valueAt } from "../../src/kubernetes/json.ts";
import { crashingLedger } from "../support/crash.ts";
import { breakTargetPort, marksLeft, outcomes, payment, runToTheEnd, snapshot } from "../support/story.ts";

async function journey(crashAfterSave: number) {
  const ledger = crashingLedger(memoryLedger(), crashAfterSave);
  const world = createWorld({ ledger });
  await world.run(20);
  const healthy = await snapshot(world, payment);
  breakTargetPort(world);
  const over = await runToTheEnd(world);
  return { world, ledger, healthy, over, incidents: await world.incidents() };
}

describe("a Service that lost its target port", () => {
  test("is mitigated in one transaction and looks as before the fault", async () => {
    const { world, ledger, healthy, over, incidents } = await journey(Infinity);
    expect(over).toBe(true);
    expect(outcomes(incidents)).toEqual(["mitigated"]);
    expect(await snapshot(world, payment)).toEqual(healthy);
    expect(marksLeft(world)).toEqual([]);
    expect(valueAt(incidents[0] ?? {}, "/visiblePath/0/mu")).toBe(3);
    expect(valueAt(incidents[0] ?? {}, "/visiblePath/1/mu")).toBe(0);
    const scopes = await loadScopes(ledger, "demo");
    expect(scopes.ok && scopes.value.value.holders).toEqual([]);
  });

  test("thirty identical deliveries make one incident", async () => {
    const { incidents } = await journey(Infinity);
    expect(incidents).toHaveLength(1);
  });

  test("ends the same way whatever save the process dies after", async () => {
    const straight = await journey(Infinity);
    const saves = straight.ledger.saves();
    expect(saves).toBeGreaterThan(15);
    for (let save = 1; save <= saves; save++) {
      const { world, ledger, healthy, over, incidents } = await journey(save);
      expect({ save, over, died: ledger.died(), outcomes: outcomes(incidents) }).toEqual({
        save,
        over: true,
        died: true,
        outcomes: ["mitigated"],
      });
      expect(await snapshot(world, payment)).toEqual(healthy);
      expect(marksLeft(world)).toEqual([]);
    }
  });
});
