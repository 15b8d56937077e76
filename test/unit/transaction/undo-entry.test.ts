import { describe, expect, test } from "vitest";
import { undoEntrySchema, undoOrder, undoSortKey, writeName } from "../../../src/transaction/undo-entry.ts";
import type { UndoEntry } from "../../../src/transaction/undo-entry.ts";

function entry(
  sequence: number,
  name: string,
  inverse: UndoEntry["inverse"] = "restore",
  status: UndoEntry["status"] = "applied",
): UndoEntry {
  const target = { kind: "Deployment", namespace: "shop", name } as const;
  return {
    schema: 1,
    incidentId: "i1",
    attempt: 2,
    sequence,
    actionIndex: sequence,
    action: { type: "restart", target },
    target,
    uid: "u",
    intentAtMs: 0,
    fence: 1,
    resourceVersionBefore: "1",
    changes: [],
    inverse,
    preImage: {},
    status,
    byHand: "kubectl",
    foreign: [],
  };
}

const order = (...entries: readonly UndoEntry[]): number[] => undoOrder(entries).map(({ sequence }) => sequence);

describe("the order of undo", () => {
  test("nothing", () => {
    expect(order()).toEqual([]);
  });

  test("newest first, however they were read", () => {
    expect(order(entry(1, "b"), entry(0, "a"), entry(2, "a"))).toEqual([2, 1, 0]);
  });

  test("an object that was restarted comes after what was restored for it", () => {
    expect(order(entry(0, "web", "replay"), entry(1, "settings"), entry(2, "stock"))).toEqual([2, 1, 0]);
    expect(order(entry(0, "settings"), entry(1, "web", "replay"), entry(2, "stock"))).toEqual([2, 0, 1]);
  });

  test("on one object the order is the exact reverse even so: the restart may have changed what the write before it had changed", () => {
    expect(order(entry(0, "web"), entry(1, "web", "replay"))).toEqual([1, 0]);
    expect(order(entry(0, "web", "replay"), entry(1, "web"))).toEqual([1, 0]);
    expect(order(entry(0, "settings"), entry(1, "web"), entry(2, "web", "replay"), entry(3, "stock"))).toEqual([3, 0, 2, 1]);
  });

  test("several restarts: the newest first", () => {
    expect(order(entry(0, "a", "replay"), entry(1, "b", "replay"), entry(2, "c"))).toEqual([2, 1, 0]);
  });

  test("what surely never happened is left out; what may have happened, or is back already, is not", () => {
    expect(
      order(
        entry(0, "a", "restore", "intent"),
        entry(1, "a", "restore", "void"),
        entry(2, "a", "restore", "undone"),
        entry(3, "a", "restore", "conflict"),
      ),
    ).toEqual([3, 2, 0]);
    expect(order(entry(0, "web"), entry(1, "stock"), entry(2, "web", "replay", "void"))).toEqual([1, 0]);
  });

  test("the entries that came in are left as they were", () => {
    const entries = [entry(0, "a"), entry(1, "a")];
    undoOrder(entries);
    expect(entries.map(({ sequence }) => sequence)).toEqual([0, 1]);
  });
});

test("sort keys sort as the numbers do", () => {
  expect([entry(2, "a"), entry(10, "a")].map(undoSortKey)).toEqual(["undo#02#002", "undo#02#010"]);
});

test("each write has a name of its own", () => {
  expect(writeName(entry(3, "a"))).toBe("i1/2/3");
});

test("an entry comes back from JSON as it was, an unknown version does not", () => {
  const stored = JSON.parse(JSON.stringify(entry(0, "a"))) as unknown;
  expect(undoEntrySchema.parse(stored)).toEqual(entry(0, "a"));
  expect(undoEntrySchema.safeParse({ ...entry(0, "a"), schema: 2 }).success).toBe(false);
});
