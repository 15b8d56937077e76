import { describe, expect, test } from "vitest";
import { success, unavailable, type Result } from "../../../src/failure.ts";
import { readObjectives, type Objective } from "../../../src/telemetry/objective.ts";
import type { MetricSample, MetricSource } from "../../../src/telemetry/telemetry.ts";

const objective: Objective = {
  name: "checkout",
  namespace: "shop",
  service: "frontend",
  promql: "errors",
  comparison: "<",
  threshold: 0.01,
};

function answering(answer: (promql: string) => Result<readonly MetricSample[]>): MetricSource {
  return { name: "test", query: (promql) => Promise.resolve(answer(promql)) };
}
const values = (...of: number[]) => answering(() => success(of.map((value, index) => ({ labels: { series: String(index) }, value }))));

describe("how an objective stands", () => {
  test.each([
    ["one series below", [0.001], "holds"],
    ["one series at the threshold", [0.01], "violated"],
    ["one of two series above", [0.001, 0.02], "violated"],
    ["no series", [], "vanished"],
    ["0/0: no traffic", [Number.NaN], "vanished"],
    ["no traffic on one of two paths", [Number.NaN, 0.001], "holds"],
    ["no traffic on one path and errors on the other", [Number.NaN, 0.5], "violated"],
    ["n/0", [Number.POSITIVE_INFINITY], "violated"],
    ["minus infinity", [Number.NEGATIVE_INFINITY], "holds"],
  ])("%s", async (_what, of, state) => {
    expect(await readObjectives(values(...of), [objective])).toEqual({
      known: true,
      value: [{ name: "checkout", namespace: "shop", state }],
    });
  });

  test.each([
    ["<", 1, "violated"],
    ["<=", 1, "holds"],
    [">", 1, "violated"],
    [">=", 1, "holds"],
    [">", 2, "holds"],
    ["<", 2, "violated"],
  ] as const)("value %s 1 with value %s, %s: %s", async (comparison, value, state) => {
    const reading = await readObjectives(values(value), [{ ...objective, comparison, threshold: 1 }]);
    expect(reading).toMatchObject({ value: [{ state }] });
  });
});

describe("reading them all", () => {
  const many = Array.from({ length: 9 }, (_, index) => ({ ...objective, name: `o${index}`, promql: `q${index}` }));

  test("keeps their order", async () => {
    const reading = await readObjectives(
      answering((promql) => success([{ labels: {}, value: promql === "q7" ? 1 : 0 }])),
      many,
    );
    expect(reading).toMatchObject({ known: true, value: many.map(({ name }) => ({ name, state: name === "o7" ? "violated" : "holds" })) });
  });

  test("asks at most four at once", async () => {
    let open = 0;
    let openMost = 0;
    const source: MetricSource = {
      name: "test",
      query: async () => {
        openMost = Math.max(openMost, ++open);
        await Promise.resolve();
        open--;
        return success([]);
      },
    };
    await readObjectives(source, many);
    expect(openMost).toBe(4);
  });

  test("is unknown as a whole when one could not be read", async () => {
    const reading = await readObjectives(
      answering((promql) => (promql === "q5" ? unavailable("Prometheus answered 503") : success([]))),
      many,
    );
    expect(reading).toEqual({ known: false, reason: "objective o5: Prometheus answered 503" });
  });

  test("a weight comes through, unless it is 1", async () => {
    const weighted = [1, 3].map((weight) => ({ ...objective, name: `o${weight}`, weight }));
    expect(await readObjectives(values(0.001), weighted)).toEqual({
      known: true,
      value: [
        { name: "o1", namespace: "shop", state: "holds" },
        { name: "o3", namespace: "shop", state: "holds", weight: 3 },
      ],
    });
  });

  test("none configured is known to be none", async () => {
    expect(await readObjectives(values(), [])).toEqual({ known: true, value: [] });
  });
});
