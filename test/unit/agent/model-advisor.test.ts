import { afterEach, describe, expect, test } from "vitest";
import { modelAdvisor } from "../../../src/agent/model-advisor.ts";
import { success } from "../../../src/failure.ts";
import { memoryLedger } from "../../../src/ledger/memory.ts";
import type { Asker } from "../../../src/model/ask.ts";
import { createLog } from "../../../src/log.ts";
import { createRedactor } from "../../../src/redaction/redaction.ts";
import { greetingWorld } from "../../support/model-story.ts";
import { at } from "../transaction/incidents.ts";

const world = greetingWorld();
const waiting: (() => void)[] = [];
afterEach(() => {
  for (const go of waiting.splice(0)) go();
});

/** Answers when it is let go. */
const slow: Asker = {
  ask: ({ schema }) =>
    new Promise((resolve) => {
      waiting.push(() => resolve(success(schema.parse({ plans: [] }))));
    }),
};

function advisor(names: { readonly diagnosis?: string; readonly mitigation?: string }, asker = slow) {
  const site = world.composed.runner.sites.get("demo");
  if (site === undefined) throw new Error("there is no site");
  const of = modelAdvisor({
    asker,
    names: { diagnosis: names.diagnosis, mitigation: names.mitigation },
    timeoutMs: 1_000,
    ledger: memoryLedger(),
    redactorFor: createRedactor,
    log: createLog({ write: () => undefined, clock: world.clock, level: "error" }),
  })(() => Promise.resolve(true));
  return {
    plans: (id: string) => of.plans(site, { ...at("planning"), id }, []),
    hypotheses: () => of.hypotheses(site, at("diagnosing"), []),
  };
}

describe("the advisor that asks a model", () => {
  test("leaves the others for later while four incidents talk to it", async () => {
    const { plans } = advisor({ mitigation: "small" });
    const four = ["a", "b", "c", "d"].map(plans);
    expect(await plans("e")).toEqual({
      ok: false,
      failure: { kind: "unavailable", effect: "none", reason: "the model is busy with other incidents" },
    });
    await expect.poll(() => waiting.length).toBe(4);
    for (const go of waiting.splice(0)) go();
    expect(await Promise.all(four)).toEqual(Array.from({ length: 4 }, () => success({ plans: [], notes: [] })));
    const fifth = plans("e");
    await expect.poll(() => waiting.length).toBe(1);
    waiting[0]?.();
    expect(await fifth).toEqual(success({ plans: [], notes: [] }));
  });

  test("is asked once for an attempt, whoever asks again", async () => {
    const { plans } = advisor({ mitigation: "small" });
    const first = plans("a");
    await expect.poll(() => waiting.length).toBe(1);
    waiting.splice(0)[0]?.();
    expect(await first).toEqual(await plans("a"));
    expect(waiting).toEqual([]);
  });

  test("an agent without a model has nothing to say", async () => {
    expect(await advisor({ mitigation: "small" }).hypotheses()).toEqual(success([]));
    expect(await advisor({ diagnosis: "small" }).plans("a")).toEqual(success({ plans: [], notes: [] }));
    expect(waiting).toEqual([]);
  });
});
