/**
 * The embedded ledger: one SQLite file for one machine, safe for several processes because every change is one
 * conditional statement. A success is answered only after the change is on disk. It must not leak the file's path.
 * The file belongs on a local disk: write-ahead logging does not work over network file systems (sqlite.org/wal.html).
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { failed, malformed, refused, success, unavailable, type Failure, type Result } from "../failure.ts";
import type { Item, ItemKey, LedgerPort } from "./ledger.ts";
import { notAtVersion, refuseOversized } from "./answer.ts";

/** How long one call may wait, and the process with it, while another process writes. */
const busyTimeoutMs = 1_000;
const expirySweepEveryMs = 3_600_000;
const schemaVersion = 1;

/*
 * WAL lets readers go on beside the one writer; FULL then syncs the log at each commit, so an answered put survives
 * a power cut (NORMAL would lose the last ones). An undo entry that is lost is a change nobody can take back.
 */
const schema = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS items (
    partition TEXT NOT NULL,
    sort TEXT NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    index_name TEXT,
    at_ms REAL,
    expires_at_ms REAL,
    PRIMARY KEY (partition, sort)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS by_index ON items (index_name, at_ms) WHERE index_name IS NOT NULL;
  CREATE INDEX IF NOT EXISTS by_expiry ON items (expires_at_ms) WHERE expires_at_ms IS NOT NULL;
`;

const columns = "partition, sort, version, body, index_name, at_ms, expires_at_ms";
const statements = {
  get: `SELECT ${columns} FROM items WHERE partition = ? AND sort = ?`,
  list: `SELECT ${columns} FROM items WHERE partition = ? AND sort >= ? ORDER BY sort`,
  insert: `INSERT INTO items (version, body, index_name, at_ms, expires_at_ms, partition, sort)
           VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (partition, sort) DO NOTHING`,
  replace: `UPDATE items SET version = ?, body = ?, index_name = ?, at_ms = ?, expires_at_ms = ?
            WHERE partition = ? AND sort = ? AND version = ?`,
  remove: "DELETE FROM items WHERE partition = ? AND sort = ? AND version = ?",
  due: "SELECT partition, sort FROM items WHERE index_name = 'due' AND at_ms <= ? ORDER BY at_ms LIMIT ?",
  ended: "SELECT partition, sort FROM items WHERE index_name = 'ended' AND at_ms <= ? ORDER BY at_ms DESC LIMIT ?",
  expire: "DELETE FROM items WHERE expires_at_ms < ?",
} as const;

type Statements = { readonly [name in keyof typeof statements]: StatementSync };

interface OpenDatabase {
  readonly database: DatabaseSync;
  readonly statements: Statements;
}

export interface SqliteOptions {
  /** The file; it is created when absent, its directory is not. */
  readonly path: string;
  readonly nowMs?: () => number;
  /** How far the file may grow, in pages of 4 KB; absent: as far as the disk goes. */
  readonly pagesMax?: number;
}

/**
 * Opens the file at the first call, and again at the next one when that failed. Fails with `unavailable` when the file
 * is locked, full, damaged or closed, `refused` over `bodyBytesMax` or for the file of a newer Stratus.
 */
export function sqliteLedger(options: SqliteOptions): LedgerPort & { close(): void } {
  const file = new LedgerFile(options);
  return {
    get: async (key) => file.use("none", (run) => readItem(run.get.get(key.partition, key.sort))),
    list: async (partition, sortPrefix) => file.use("none", (run) => readPrefix(run.list.iterate(partition, sortPrefix), sortPrefix)),
    put: async (item) => refuseOversized(item.body) ?? file.use("unknown", (run) => putItem(run, item)),
    remove: async (key, version) => file.use("unknown", (run) => removeItem(run, key, version)),
    query: async (index, untilMs, limit) =>
      file.use("none", (run) => success(run[index].all(untilMs, Math.max(0, limit)).map(({ partition, sort }) => keyOf(partition, sort)))),
    close: () => file.close(),
  };
}

class LedgerFile {
  readonly #options: SqliteOptions;
  #open: OpenDatabase | undefined;
  #closed = false;
  #sweptAtMs = -Infinity;

  constructor(options: SqliteOptions) {
    this.#options = options;
  }

  /** `effectOfIoError`: what may have happened to a change when the disk fails in the middle of its commit. */
  use<T>(effectOfIoError: "none" | "unknown", work: (run: Statements) => Result<T>): Result<T> {
    if (this.#closed) return unavailable("the SQLite ledger is closed");
    try {
      const opened = this.#open ? success(this.#open) : openDatabase(this.#options);
      if (!opened.ok) return opened;
      this.#open = opened.value;
      this.#removeExpired(opened.value.statements);
      return work(opened.value.statements);
    } catch (error) {
      return failed(sqliteFailure(error, effectOfIoError));
    }
  }

  close(): void {
    this.#closed = true;
    this.#open?.database.close();
    this.#open = undefined;
  }

  #removeExpired(run: Statements): void {
    const nowMs = (this.#options.nowMs ?? Date.now)();
    if (nowMs < this.#sweptAtMs + expirySweepEveryMs) return;
    this.#sweptAtMs = nowMs;
    run.expire.run(nowMs);
  }
}

function openDatabase({ path, pagesMax }: SqliteOptions): Result<OpenDatabase> {
  const database = new DatabaseSync(path);
  try {
    database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
    const foundVersion = Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
    if (foundVersion > schemaVersion) {
      database.close();
      return refused("the SQLite ledger was written by a newer Stratus");
    }
    database.exec(schema);
    if (foundVersion < schemaVersion) database.exec(`PRAGMA user_version = ${schemaVersion}`);
    if (pagesMax !== undefined) database.exec(`PRAGMA max_page_count = ${Math.trunc(pagesMax)}`);
    const prepared = Object.entries(statements).map(([name, sql]) => [name, database.prepare(sql)] as const);
    return success({ database, statements: Object.fromEntries(prepared) as Statements });
  } catch (error) {
    database.close();
    throw error;
  }
}

type Row = Record<string, unknown>;

function putItem(run: Statements, item: Item): Result<void> {
  const values: SQLInputValue[] = [
    item.version,
    item.body,
    item.index?.name ?? null,
    item.index?.atMs ?? null,
    item.expiresAtMs ?? null,
    item.partition,
    item.sort,
  ];
  const { changes } = item.version === 1 ? run.insert.run(...values) : run.replace.run(...values, item.version - 1);
  return Number(changes) === 1 ? success(undefined) : notAtVersion(item.sort, item.version - 1);
}

function removeItem(run: Statements, { partition, sort }: ItemKey, version: number): Result<void> {
  const { changes } = run.remove.run(partition, sort, version);
  const removed = Number(changes) === 1;
  return removed || run.get.get(partition, sort) === undefined ? success(undefined) : notAtVersion(sort, version);
}

function readPrefix(rows: Iterable<Row>, sortPrefix: string): Result<readonly Item[]> {
  const items: Item[] = [];
  for (const row of rows) {
    if (!String(row["sort"]).startsWith(sortPrefix)) break;
    const item = readItem(row);
    if (!item.ok) return item;
    if (item.value) items.push(item.value);
  }
  return success(items);
}

function readItem(row: Row | undefined): Result<Item | undefined> {
  if (row === undefined) return success(undefined);
  const { partition, sort, version, body, index_name: name, at_ms: atMs, expires_at_ms: expiresAtMs } = row;
  if (typeof version !== "number" || typeof body !== "string") return malformed("the SQLite ledger", "an item has no version or body");
  return success({
    ...keyOf(partition, sort),
    version,
    body,
    ...((name === "due" || name === "ended") && typeof atMs === "number" ? { index: { name, atMs } } : {}),
    ...(typeof expiresAtMs === "number" ? { expiresAtMs } : {}),
  });
}

function keyOf(partition: unknown, sort: unknown): ItemKey {
  return { partition: String(partition), sort: String(sort) };
}

/** Primary result codes of sqlite.org/rescode.html; `errstr` is SQLite's fixed text for a code and names no file. */
const sqliteCode = { busy: 5, locked: 6, ioError: 10, tooBig: 18 } as const;

function sqliteFailure(error: unknown, effectOfIoError: "none" | "unknown"): Failure {
  const { errcode, errstr } = error as { errcode?: unknown; errstr?: unknown };
  const code = typeof errcode === "number" ? errcode & 0xff : undefined;
  const reason = `the SQLite ledger could not answer: ${typeof errstr === "string" ? errstr : "an unexpected error"}`;
  if (code === sqliteCode.tooBig) return refused(reason).failure;
  if (code === sqliteCode.busy || code === sqliteCode.locked) return unavailable(reason, "none", busyTimeoutMs).failure;
  return unavailable(reason, code === sqliteCode.ioError ? effectOfIoError : "none").failure;
}
