import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Item } from "../../src/ledger/ledger.ts";
import { sqliteLedger } from "../../src/ledger/sqlite.ts";
import { expectEveryCallUnavailable } from "./ledger-contract.ts";

const head: Item = { partition: "incident#1", sort: "head", version: 1, body: "first" };
const key = { partition: "incident#1", sort: "head" };
const written = { ok: true, value: undefined };

let directory: string;
let made = 0;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ledger-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

function freshPath(): string {
  made += 1;
  return join(directory, `ledger-${made}.sqlite`);
}

describe("the SQLite ledger", () => {
  test("keeps what was put over close and reopen", async () => {
    const path = freshPath();
    const before = sqliteLedger({ path });
    await before.put(head);
    before.close();
    const after = sqliteLedger({ path });
    expect(await after.get(key)).toEqual({ ok: true, value: head });
    after.close();
  });

  test("shows two openings of one file each other's writes, and lets one of two rivals win", async () => {
    const path = freshPath();
    const [one, other] = [sqliteLedger({ path }), sqliteLedger({ path })];
    await one.put(head);
    expect(await other.get(key)).toEqual({ ok: true, value: head });
    expect(await other.put({ ...head, version: 2, body: "other" })).toEqual(written);
    expect(await one.put({ ...head, version: 2, body: "one" })).toMatchObject({ ok: false, failure: { kind: "conflict" } });
    expect(await one.get(key)).toEqual({ ok: true, value: { ...head, version: 2, body: "other" } });
    one.close();
    other.close();
  });

  test("is unavailable while another process holds the file's lock, and goes on afterwards", async () => {
    const path = freshPath();
    const ledger = sqliteLedger({ path });
    await ledger.put(head);
    const rival = new DatabaseSync(path);
    rival.exec("BEGIN IMMEDIATE");
    expect(await ledger.put({ ...head, version: 2 })).toEqual({
      ok: false,
      failure: {
        kind: "unavailable",
        effect: "none",
        reason: "the SQLite ledger could not answer: database is locked",
        retryAfterMs: 1_000,
      },
    });
    expect(await ledger.get(key)).toEqual({ ok: true, value: head });
    rival.exec("ROLLBACK");
    rival.close();
    expect(await ledger.put({ ...head, version: 2 })).toEqual(written);
    ledger.close();
  });

  test("is unavailable when its disk is full, changes nothing, and keeps what it had", async () => {
    const path = freshPath();
    const ledger = sqliteLedger({ path, pagesMax: 20 });
    await ledger.put(head);
    const large = { ...head, version: 2, body: "x".repeat(300_000) };
    expect(await ledger.put(large)).toMatchObject({
      failure: { kind: "unavailable", effect: "none", reason: "the SQLite ledger could not answer: database or disk is full" },
    });
    expect(await ledger.get(key)).toEqual({ ok: true, value: head });
    ledger.close();
  });

  test("is unavailable once closed, and closing it twice is harmless", async () => {
    const ledger = sqliteLedger({ path: freshPath() });
    await ledger.put(head);
    ledger.close();
    ledger.close();
    await expectEveryCallUnavailable(ledger, [directory]);
  });

  test("is unavailable, naming no path, when the file cannot be opened or is no database", async () => {
    await expectEveryCallUnavailable(sqliteLedger({ path: join(directory, "absent-directory", "ledger.sqlite") }), ["absent-directory"]);
    const path = freshPath();
    await writeFile(path, "not a database, and long enough to be read as one".repeat(100));
    await expectEveryCallUnavailable(sqliteLedger({ path }), [directory, "ledger-"]);
  });

  test("refuses the file of a newer Stratus and leaves it as it is", async () => {
    const path = freshPath();
    const newer = new DatabaseSync(path);
    newer.exec("PRAGMA user_version = 2");
    newer.close();
    const answer = await sqliteLedger({ path }).put(head);
    expect(answer).toEqual({ ok: false, failure: { kind: "refused", reason: "the SQLite ledger was written by a newer Stratus" } });
  });

  test("removes expired items at most once an hour, and never those without an expiry", async () => {
    let nowMs = 0;
    const ledger = sqliteLedger({ path: freshPath(), nowMs: () => nowMs });
    await ledger.put({ ...head, sort: "delivery", expiresAtMs: 1_000 });
    await ledger.put(head);
    nowMs = 3_599_999;
    expect(await ledger.get({ ...key, sort: "delivery" })).toMatchObject({ value: { sort: "delivery" } });
    nowMs = 3_600_000;
    expect(await ledger.list("incident#1", "")).toEqual({ ok: true, value: [head] });
    ledger.close();
  });
});
