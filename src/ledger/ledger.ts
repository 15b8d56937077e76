/**
 * The port to one key-value table with single-item compare-and-swap and nothing more, so that DynamoDB, SQLite and
 * memory behave alike. What an item means is the codec's business; the ledger sees text.
 */
import type { Result } from "../failure.ts";

export interface ItemKey {
  /** Items of one incident share a partition and can be listed together. */
  readonly partition: string;
  readonly sort: string;
}

export interface Item extends ItemKey {
  /** 1 when first stored, then one more for each replacement. */
  readonly version: number;
  readonly body: string;
  /** Present: the item appears in the index of that name, ordered by `atMs`. */
  readonly index?: { readonly name: "due" | "ended"; readonly atMs: number } | undefined;
  /** Housekeeping only: the item may vanish at any time after this, or never. */
  readonly expiresAtMs?: number | undefined;
}

export interface LedgerPort {
  /** A strongly consistent read. */
  get(key: ItemKey): Promise<Result<Item | undefined>>;
  /** Strongly consistent: every item of a partition whose sort key starts with the prefix, in sort-key order. */
  list(partition: string, sortPrefix: string): Promise<Result<readonly Item[]>>;
  /**
   * Stores `item` when what is stored now has version `item.version - 1` (1: nothing is stored yet).
   * `conflict` when it has another. A lost answer to an own earlier success is recognised and is a success.
   */
  put(item: Item): Promise<Result<void>>;
  /** Removes the item when it has this version; `conflict` when it has another, success when it is gone already. */
  remove(key: ItemKey, version: number): Promise<Result<void>>;
  /**
   * Keys of indexed items with `atMs <= untilMs`, `due` oldest first, `ended` newest first. Eventually consistent:
   * read the item again before acting on it.
   */
  query(index: "due" | "ended", untilMs: number, limit: number): Promise<Result<readonly ItemKey[]>>;
}

/**
 * Bytes of `body` that every adapter can store. More than an undo entry holds: an object has at most 1.5 MB (etcd's
 * default limit of a request), and its pre-image and the values before and after are kept.
 */
export const bodyBytesMax = 4_000_000;
