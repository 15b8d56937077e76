import { describe, expect, test } from "vitest";
import { memoryLedger } from "../../../src/ledger/memory.ts";
import { saveEntry } from "../../../src/runner/records.ts";
import { attemptThatDidThis } from "../../../src/runner/repeat.ts";
import type { Attempt } from "../../../src/transaction/incident.ts";
import { at, attempt as anAttempt } from "../transaction/incidents.ts";
import type { UndoEntry } from "../../../src/transaction/undo-entry.ts";

const target = { kind: "Deployment", namespace: "shop", name: "frontend" } as const;

function attempt(number: number, verdict: Attempt["verdict"], ending: Attempt["ending"]): Attempt {
  const plan = { intent: "Roll back.", actions: [{ type: "rollback", target, toRevision: number } as const], source: "test" };
  return { ...anAttempt, number, plan, writes: 1, verdict, ending };
}

function entry(number: number, image: string): UndoEntry {
  return {
    schema: 1,
    incidentId: "c0de",
    attempt: number,
    sequence: 0,
    actionIndex: 0,
    action: { type: "rollback", target, toRevision: number },
    target,
    uid: "u1",
    intentAtMs: 0,
    fence: 1,
    resourceVersionBefore: "1",
    changes: [{ path: ["spec", "image"], before: { value: "bad" }, after: { value: image }, container: false }],
    inverse: "restore",
    preImage: {},
    status: "undone",
    byHand: "",
    foreign: [],
  };
}

async function earlier(verdict: Attempt["verdict"], ending: Attempt["ending"], image: string): Promise<number | undefined> {
  const ledger = memoryLedger();
  await saveEntry(ledger, entry(1, "good"), 0);
  const found = await attemptThatDidThis(
    ledger,
    at("acting", { id: "c0de", attempts: [attempt(1, verdict, ending), attempt(2, undefined, undefined)] }),
    entry(2, image),
  );
  return found.ok ? found.value : undefined;
}

describe("a change that was tried before under another name", () => {
  test("the same template under a new revision number is noticed", async () => {
    expect(await earlier("unchanged", "undone", "good")).toBe(1);
  });

  test("another change is not", async () => {
    expect(await earlier("unchanged", "undone", "other")).toBe(undefined);
  });

  test("nor one that nobody could measure, nor one that was kept", async () => {
    expect(await earlier("inconclusive", "undone", "good")).toBe(undefined);
    expect(await earlier("improved", "committed", "good")).toBe(undefined);
  });
});
