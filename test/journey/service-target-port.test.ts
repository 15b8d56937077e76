import { describe, expect, test } from "vitest";
import { createWorld } from "../../src/demo/world.ts";
import type { Environment } from "../../src/config.ts";
import { memoryLedger } from "../../src/ledger/memory.ts";
import { loadScopes } from "../../src/runner/records.ts";
import { valueAt } from "../../src/kubernetes/json.ts";
import { crashingLedger } from "../support/crash.ts";
import { breakTargetPort, marksLeft, outcomes, payment, runToTheEnd, snapshot } from "../support/story.ts";

async function journey(crashAfterSave: number, environment: Environment = {}) {
  const ledger = crashingLedger(memoryLedger(), crashAfterSave);
  const world = createWorld({ ledger, environment });
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

  test("a deadline that passes while nobody is there to measure does not undo a good fix", async () => {
    const short = { STRATUS_EVALUATION: "5s" };
    const saves = (await journey(Infinity, short)).ledger.saves();
    for (let save = 2; save <= saves; save++) {
      const { world, healthy, incidents } = await journey(save, short);
      const fixes = world.cluster.writes.filter(
        ({ dryRun, operations }) => !dryRun && operations.some(({ op, path }) => op === "replace" && path.startsWith("/spec")),
      );
      expect({ save, outcomes: outcomes(incidents), fixes: fixes.length }).toEqual({ save, outcomes: ["mitigated"], fixes: 1 });
      expect(await snapshot(world, payment)).toEqual(healthy);
    }
  });
});
