/** What every ledger must do. An adapter is right when these pass, and the rest of Stratus assumes nothing else. */
import { describe, expect, test } from "vitest";
import type { Item, LedgerPort } from "../../src/ledger/ledger.ts";

const written = { ok: true, value: undefined };
const kilobytes300 = 300_000;

/** `makeLedger` answers an empty ledger each time. */
export function ledgerContract(name: string, makeLedger: () => Promise<LedgerPort>): void {
  describe(`${name} ledger`, () => {
    describe("one item", () => singleItemClauses(makeLedger));
    describe("many items", () => listingClauses(makeLedger));
    describe("bodies", () => bodyClauses(makeLedger));
    describe("bodies over 400 KB", () => largeBodyClauses(makeLedger));
  });
}

function item(version: number, more: Partial<Item> = {}): Item {
  return { partition: "incident#1", sort: "head", version, body: `body ${version}`, ...more };
}

function singleItemClauses(makeLedger: () => Promise<LedgerPort>): void {
  test("what was never put is absent", async () => {
    const ledger = await makeLedger();
    expect(await ledger.get({ partition: "incident#1", sort: "head" })).toEqual({ ok: true, value: undefined });
  });

  test("version 1 is stored and read back whole", async () => {
    const ledger = await makeLedger();
    const stored = item(1, { index: { name: "due", atMs: 1_700_000_000_123 }, expiresAtMs: 4_000_000_000_000 });
    expect(await ledger.put(stored)).toEqual(written);
    expect(await ledger.get({ partition: "incident#1", sort: "head" })).toEqual({ ok: true, value: stored });
  });

  test("each next version replaces the one before", async () => {
    const ledger = await makeLedger();
    await ledger.put(item(1));
    expect(await ledger.put(item(2))).toEqual(written);
    expect(await ledger.put(item(3))).toEqual(written);
    expect(await ledger.get(item(3))).toEqual({ ok: true, value: item(3) });
  });

  test.each([
    ["version 1 over version 1", [1], 1],
    ["a version that is stored already", [1, 2], 2],
    ["an older version", [1, 2, 3], 2],
    ["a version that skips one", [1], 3],
    ["version 2 of what is absent", [], 2],
  ])("%s is a conflict and changes nothing", async (_case, before, version) => {
    const ledger = await makeLedger();
    for (const earlier of before) await ledger.put(item(earlier));
    expect(await ledger.put(item(version, { body: "late" }))).toMatchObject({ ok: false, failure: { kind: "conflict" } });
    const last = before.at(-1);
    expect(await ledger.get(item(1))).toEqual({ ok: true, value: last === undefined ? undefined : item(last) });
  });

  test("the reason of a conflict or refusal quotes no body", async () => {
    const ledger = await makeLedger();
    await ledger.put(item(1, { body: "pre-image with hunter2" }));
    const conflict = await ledger.put(item(1, { body: "pre-image with hunter2" }));
    const refusal = await ledger.put(item(2, { body: `hunter2 ${incompressible(6_000_000)}` }));
    expect(JSON.stringify([conflict, refusal])).not.toContain("hunter2");
  });

  test("of a hundred writers of one version exactly one wins, and its body is stored", async () => {
    const ledger = await makeLedger();
    await ledger.put(item(1));
    const writers = Array.from({ length: 100 }, (_, writer) => ledger.put(item(2, { body: `writer ${writer}` })));
    const answers = await Promise.all(writers);
    const winners = answers.flatMap((answer, writer) => (answer.ok ? [writer] : []));
    expect(winners).toHaveLength(1);
    expect(answers.filter((answer) => !answer.ok && answer.failure.kind === "conflict")).toHaveLength(99);
    expect(await ledger.get(item(2))).toEqual({ ok: true, value: item(2, { body: `writer ${winners[0]}` }) });
  });

  test("removing the stored version makes the item absent, and version 1 may be put again", async () => {
    const ledger = await makeLedger();
    await ledger.put(item(1));
    await ledger.put(item(2));
    expect(await ledger.remove(item(2), 2)).toEqual(written);
    expect(await ledger.get(item(2))).toEqual({ ok: true, value: undefined });
    expect(await ledger.put(item(1))).toEqual(written);
  });

  test("removing another version than the stored one is a conflict and removes nothing", async () => {
    const ledger = await makeLedger();
    await ledger.put(item(1));
    await ledger.put(item(2));
    expect(await ledger.remove(item(1), 1)).toMatchObject({ ok: false, failure: { kind: "conflict" } });
    expect(await ledger.get(item(2))).toEqual({ ok: true, value: item(2) });
  });

  test("removing what is gone is a success", async () => {
    const ledger = await makeLedger();
    expect(await ledger.remove(item(1), 1)).toEqual(written);
  });
}

function listingClauses(makeLedger: () => Promise<LedgerPort>): void {
  test("a list holds the items of its partition with its prefix, in the order of their UTF-8 bytes", async () => {
    const ledger = await makeLedger();
    for (const sort of ["undo#10", "undo#02", "undo#😀", "undo#～", "undo#é", "undo", "undp#1", "head", "undo#Z"]) {
      await ledger.put(item(1, { sort }));
    }
    await ledger.put(item(1, { partition: "incident#10", sort: "undo#01" }));
    expect(sortsOf(await ledger.list("incident#1", "undo#"))).toEqual(["undo#02", "undo#10", "undo#Z", "undo#é", "undo#～", "undo#😀"]);
    expect(sortsOf(await ledger.list("incident#1", "undo"))).toHaveLength(7);
    expect(sortsOf(await ledger.list("incident#1", "none"))).toEqual([]);
    expect(sortsOf(await ledger.list("incident#2", "undo"))).toEqual([]);
  });

  test("the empty prefix lists the whole partition, with bodies", async () => {
    const ledger = await makeLedger();
    await ledger.put(item(1, { sort: "b" }));
    await ledger.put(item(1, { sort: "a" }));
    expect(await ledger.list("incident#1", "")).toEqual({ ok: true, value: [item(1, { sort: "a" }), item(1, { sort: "b" })] });
  });

  test("a list longer than one page of DynamoDB (1 MB) is whole", async () => {
    const ledger = await makeLedger();
    for (let entry = 0; entry < 5; entry += 1) await ledger.put(item(1, { sort: `undo#${entry}`, body: incompressible(kilobytes300) }));
    expect(sortsOf(await ledger.list("incident#1", "undo#"))).toEqual(["undo#0", "undo#1", "undo#2", "undo#3", "undo#4"]);
  });

  test("an item appears in the index that it names, moves with it and disappears from it", async () => {
    const ledger = await makeLedger();
    const key = { partition: "incident#1", sort: "head" };
    await ledger.put(item(1));
    expect(await ledger.query("due", 9_000, 10)).toEqual({ ok: true, value: [] });
    await ledger.put(item(2, { index: { name: "due", atMs: 1_000 } }));
    expect(await ledger.query("due", 9_000, 10)).toEqual({ ok: true, value: [key] });
    await ledger.put(item(3, { index: { name: "ended", atMs: 2_000 } }));
    expect(await ledger.query("due", 9_000, 10)).toEqual({ ok: true, value: [] });
    expect(await ledger.query("ended", 9_000, 10)).toEqual({ ok: true, value: [key] });
    await ledger.put(item(4));
    expect(await ledger.query("ended", 9_000, 10)).toEqual({ ok: true, value: [] });
    await ledger.put(item(5, { index: { name: "due", atMs: 1_000 } }));
    await ledger.remove(key, 5);
    expect(await ledger.query("due", 9_000, 10)).toEqual({ ok: true, value: [] });
  });

  test("due comes oldest first, ended newest first, both up to and with the moment asked for and no more than the limit", async () => {
    const ledger = await makeLedger();
    for (const atMs of [3_000, 1_000, 10_000, 2_000]) {
      await ledger.put(item(1, { partition: `due#${atMs}`, index: { name: "due", atMs } }));
      await ledger.put(item(1, { partition: `ended#${atMs}`, index: { name: "ended", atMs } }));
    }
    expect(partitionsOf(await ledger.query("due", 3_000, 10))).toEqual(["due#1000", "due#2000", "due#3000"]);
    expect(partitionsOf(await ledger.query("ended", 3_000, 10))).toEqual(["ended#3000", "ended#2000", "ended#1000"]);
    expect(partitionsOf(await ledger.query("due", 99_000, 2))).toEqual(["due#1000", "due#2000"]);
    expect(partitionsOf(await ledger.query("ended", 99_000, 2))).toEqual(["ended#10000", "ended#3000"]);
    expect(partitionsOf(await ledger.query("due", Infinity, 10))).toHaveLength(4);
    expect(partitionsOf(await ledger.query("due", 99_000, 0))).toEqual([]);
  });
}

function bodyClauses(makeLedger: () => Promise<LedgerPort>): void {
  test.each([
    ["nothing", ""],
    ["Unicode", 'naïve 😀 日本語 \u0000 "quoted" \\ end'],
    ["text of 300 KB", "kind: Deployment\n".repeat(18_000)],
    ["what cannot be compressed, 300 KB", incompressible(kilobytes300)],
    ["Unicode of 300 KB", "日本語".repeat(33_000)],
  ])("%s is read back as it was put", async (_what, body) => {
    const ledger = await makeLedger();
    expect(await ledger.put(item(1, { body }))).toEqual(written);
    const stored = await ledger.get(item(1));
    expect(stored.ok && stored.value?.body === body).toBe(true);
  });

  test("keys are Unicode as well", async () => {
    const ledger = await makeLedger();
    const stored = item(1, { partition: "incident#prod/日本語", sort: "undo#😀" });
    await ledger.put(stored);
    expect(await ledger.get(stored)).toEqual({ ok: true, value: stored });
  });

  test("a body that cannot be stored is refused, naming its size, and changes nothing", async () => {
    const ledger = await makeLedger();
    const answer = await ledger.put(item(1, { body: incompressible(6_000_000) }));
    expect(answer).toMatchObject({ ok: false, failure: { kind: "refused", reason: expect.stringContaining("6000000") } });
    expect(await ledger.get(item(1))).toEqual({ ok: true, value: undefined });
  });
}

const megabytes1p5 = 1_500_000;

/** More than one item of DynamoDB takes, so that it has to be cut there; nobody may notice. */
function largeBodyClauses(makeLedger: () => Promise<LedgerPort>): void {
  test("1.5 MB that cannot be compressed are read back as they were put, by get and by list", async () => {
    const ledger = await makeLedger();
    const large = item(1, { sort: "undo#1", body: incompressible(megabytes1p5), index: { name: "due", atMs: 1_000 } });
    const small = item(1, { sort: "undo#2" });
    expect(await ledger.put(large)).toEqual(written);
    expect(await ledger.put(small)).toEqual(written);
    expect(await ledger.get(large)).toEqual({ ok: true, value: large });
    expect(await ledger.list("incident#1", "")).toEqual({ ok: true, value: [large, small] });
    expect(await ledger.query("due", 1_000, 10)).toEqual({ ok: true, value: [{ partition: "incident#1", sort: "undo#1" }] });
  });

  test("Unicode of 1.5 MB is read back as it was put", async () => {
    const ledger = await makeLedger();
    const large = item(1, { body: incompressible(500_000, 0x4e00) });
    expect(await ledger.put(large)).toEqual(written);
    expect(await ledger.get(large)).toEqual({ ok: true, value: large });
  });

  test("a large body may follow a small one, another large one, and be followed by a small one", async () => {
    const ledger = await makeLedger();
    const [first, second] = [incompressible(megabytes1p5, 33, 1), incompressible(800_000, 33, 2)];
    for (const [index, body] of ["small", first, second, "small again"].entries()) {
      const next = item(index + 1, { body });
      expect(await ledger.put(next)).toEqual(written);
      expect(await ledger.get(next)).toEqual({ ok: true, value: next });
    }
    expect(await ledger.list("incident#1", "")).toEqual({ ok: true, value: [item(4, { body: "small again" })] });
  });

  test("a large body that comes too late is a conflict and changes nothing", async () => {
    const ledger = await makeLedger();
    const stored = item(1, { body: incompressible(megabytes1p5, 33, 1) });
    await ledger.put(stored);
    const late = await ledger.put(item(1, { body: incompressible(megabytes1p5, 33, 2) }));
    expect(late).toMatchObject({ ok: false, failure: { kind: "conflict" } });
    expect(await ledger.get(stored)).toEqual({ ok: true, value: stored });
  });

  test("of five writers of large bodies exactly one wins, and its body is stored whole", async () => {
    const ledger = await makeLedger();
    const bodies = Array.from({ length: 5 }, (_, writer) => incompressible(600_000, 33, writer));
    const answers = await Promise.all(bodies.map((body) => ledger.put(item(1, { body }))));
    expect(answers.filter((answer) => !answer.ok && answer.failure.kind === "conflict")).toHaveLength(4);
    const winner = bodies[answers.findIndex((answer) => answer.ok)];
    expect(await ledger.get(item(1))).toEqual({ ok: true, value: item(1, { body: winner ?? "" }) });
  });

  test("who reads while large bodies are replaced sees one of them, whole", async () => {
    const ledger = await makeLedger();
    const versions = Array.from({ length: 6 }, (_, index) => item(index + 1, { body: incompressible(600_000, 33, index) }));
    const race = { replacing: true };
    const writer = (async () => {
      for (const version of versions) expect(await ledger.put(version)).toEqual(written);
    })().finally(() => {
      race.replacing = false;
    });
    const seen: Item[] = [];
    while (race.replacing) {
      const [one, all] = await Promise.all([ledger.get(item(1)), ledger.list("incident#1", "")]);
      expect([one.ok, all.ok]).toEqual([true, true]);
      seen.push(...(one.ok && one.value ? [one.value] : []), ...(all.ok ? all.value : []));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await writer;
    for (const stored of seen) expect(stored).toEqual(versions[stored.version - 1]);
    expect(await ledger.get(item(1))).toEqual({ ok: true, value: versions[5] });
  });

  test("a large body that was removed is absent, and its item may begin anew", async () => {
    const ledger = await makeLedger();
    await ledger.put(item(1, { body: incompressible(megabytes1p5) }));
    expect(await ledger.remove(item(1), 1)).toEqual(written);
    expect(await ledger.get(item(1))).toEqual({ ok: true, value: undefined });
    expect(await ledger.list("incident#1", "")).toEqual({ ok: true, value: [] });
    expect(await ledger.put(item(1))).toEqual(written);
    expect(await ledger.get(item(1))).toEqual({ ok: true, value: item(1) });
  });
}

/** The same characters for the same seed, of which gzip takes off a quarter at most. `from`: the first of the 90 in use. */
export function incompressible(length: number, from = 33, seed = 42): string {
  let state = seed;
  let text = "";
  while (text.length < length) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    text += String.fromCodePoint(from + ((state >>> 16) % 90));
  }
  return text;
}

function sortsOf(answer: Awaited<ReturnType<LedgerPort["list"]>>): readonly string[] {
  if (!answer.ok) throw new Error(answer.failure.reason);
  return answer.value.map(({ sort }) => sort);
}

function partitionsOf(answer: Awaited<ReturnType<LedgerPort["query"]>>): readonly string[] {
  if (!answer.ok) throw new Error(answer.failure.reason);
  return answer.value.map(({ partition }) => partition);
}

/** And none of its answers holds one of the secrets. */
export async function expectEveryCallUnavailable(ledger: LedgerPort, secrets: readonly string[]): Promise<void> {
  const answers = [
    await ledger.get({ partition: "incident#1", sort: "head" }),
    await ledger.list("incident#1", ""),
    await ledger.put(item(1)),
    await ledger.remove(item(1), 1),
    await ledger.query("due", 1_000, 10),
  ];
  for (const answer of answers) {
    expect(answer).toMatchObject({ ok: false, failure: { kind: "unavailable" } });
    for (const secret of secrets) expect(JSON.stringify(answer)).not.toContain(secret);
  }
}
