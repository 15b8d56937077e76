/** What every AlertSource, MetricSource and CallGraphSource keeps, whatever is behind it. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Result } from "../../src/failure.ts";
import type { AlertSource, CallGraphSource, MetricSource } from "../../src/telemetry/telemetry.ts";

/** Known to every source under test as part of its address, a header or its data; it must stay there. */
export const secret = "s3cr3t-t0k3n";

export interface World<Source> {
  readonly source: Source;
  /** From now on the other side fails; `undefined`: it works again. */
  fail(how: "down" | "echoing" | "garbage" | undefined): void;
  close?(): Promise<void>;
}

export interface AlertWorld extends World<AlertSource> {
  /** What is active from now on, each with the label `namespace`. */
  active(alerts: readonly { name: string; namespace: string; state?: "pending" | "firing"; silenced?: boolean }[]): void;
}

/** What the other side can tell at all; a clause about anything else is not registered. */
export interface Knows {
  readonly pending: boolean;
  readonly silences: boolean;
}

export function alertSourceContract(name: string, create: () => Promise<AlertWorld>, knows: Knows): void {
  describe(`${name} as a source of alerts`, () => {
    const world = use(create);

    test("no alert is an empty list", async () => {
      world().active([]);
      expect(await world().source.alerts()).toEqual({ ok: true, value: [] });
    });

    test("a firing alert is told with its name and labels", async () => {
      world().active([{ name: "HighErrors", namespace: "shop" }]);
      expect(valueOf(await world().source.alerts())).toMatchObject([
        { name: "HighErrors", labels: { alertname: "HighErrors", namespace: "shop" }, state: "firing", silenced: false },
      ]);
    });

    test("alerts of every namespace are told", async () => {
      world().active([
        { name: "HighErrors", namespace: "shop" },
        { name: "HighErrors", namespace: "billing" },
      ]);
      const told = valueOf(await world().source.alerts()).map(({ labels }) => labels["namespace"]);
      expect(new Set(told)).toEqual(new Set(["billing", "shop"]));
    });

    if (knows.pending) {
      test("a pending alert is told as pending", async () => {
        world().active([{ name: "HighErrors", namespace: "shop", state: "pending" }]);
        expect(valueOf(await world().source.alerts())).toMatchObject([{ name: "HighErrors", state: "pending" }]);
      });
    }

    if (knows.silences) {
      test("a silenced alert is told, as silenced", async () => {
        world().active([{ name: "HighErrors", namespace: "shop", silenced: true }]);
        expect(valueOf(await world().source.alerts())).toMatchObject([{ name: "HighErrors", state: "firing", silenced: true }]);
      });
    }

    test("asked for some namespaces, it tells what speaks of them", async () => {
      world().active([
        { name: "HighErrors", namespace: "shop" },
        { name: "HighErrors", namespace: "front" },
      ]);
      const told = valueOf(await world().source.alerts(["shop", "front"])).map(({ labels }) => labels["namespace"]);
      expect(new Set(told)).toEqual(new Set(["shop", "front"]));
    });

    test("it says what it cannot tell", () => {
      const blindTo = world().source.blindTo ?? [];
      expect([blindTo.includes("pending alerts"), blindTo.includes("silences")]).toEqual([!knows.pending, !knows.silences]);
    });

    failureContract(world, (source) => source.alerts());
  });
}

export interface MetricWorld extends World<MetricSource> {
  /** What the query `errors` answers from now on. */
  series(series: readonly { labels: Record<string, string>; value: number }[]): void;
}

export function metricSourceContract(name: string, create: () => Promise<MetricWorld>): void {
  describe(`${name} as a source of metrics`, () => {
    const world = use(create);

    test("no series is an empty list", async () => {
      world().series([]);
      expect(await world().source.query("errors")).toEqual({ ok: true, value: [] });
    });

    test("every series is told with labels and value", async () => {
      const series = [
        { labels: { path: "/a" }, value: 0.25 },
        { labels: { path: "/b" }, value: -3 },
      ];
      world().series(series);
      expect(await world().source.query("errors")).toEqual({ ok: true, value: series });
    });

    test("what is no finite number comes through", async () => {
      const series = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((value) => ({
        labels: { value: String(value) },
        value,
      }));
      world().series(series);
      expect(await world().source.query("errors")).toEqual({ ok: true, value: series });
    });

    failureContract(world, (source) => source.query("errors"));
  });
}

export interface CallGraphWorld extends World<CallGraphSource> {
  /** Who called whom lately, by bare names. */
  calls(calls: readonly { from: string; to: string }[]): void;
}

export function callGraphContract(name: string, create: () => Promise<CallGraphWorld>): void {
  describe(`${name} as a source of who calls whom`, () => {
    const world = use(create);

    test("nobody calls: an empty list", async () => {
      world().calls([]);
      expect(await world().source.calls()).toEqual({ ok: true, value: [] });
    });

    test("every call is told by the names that the source has", async () => {
      world().calls([
        { from: "checkout", to: "payment" },
        { from: "frontend", to: "catalog" },
      ]);
      const told = valueOf(await world().source.calls()).map(({ from, to }) => `${from.name} -> ${to.name}`);
      expect(told).toEqual(["checkout -> payment", "frontend -> catalog"]);
    });

    failureContract(world, (source) => source.calls());
  });
}

function failureContract<Source>(world: () => World<Source>, read: (source: Source) => Promise<Result<unknown>>): void {
  test.each(["down", "echoing", "garbage"] as const)(
    "a failing call (%s) is a failure, never an empty list, and leaks no secret",
    async (how) => {
      world().fail(how);
      const answer = await read(world().source);
      expect(answer.ok).toBe(false);
      expect(JSON.stringify(answer)).not.toContain(secret);
      expect(JSON.stringify(answer)).not.toContain(btoa(`reader:${secret}`));
    },
  );

  test("it answers again when the other side does", async () => {
    world().fail("down");
    await read(world().source);
    world().fail(undefined);
    expect((await read(world().source)).ok).toBe(true);
  });
}

function use<W extends World<unknown>>(create: () => Promise<W>): () => W {
  let current: W | undefined;
  beforeEach(async () => {
    current = await create();
  });
  afterEach(async () => {
    await current?.close?.();
  });
  return () => {
    if (current === undefined) throw new Error("used outside a test");
    return current;
  };
}

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.failure.reason);
  return result.value;
}
