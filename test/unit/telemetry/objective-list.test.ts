import { describe, expect, test } from "vitest";
import type { Objective } from "../../../src/telemetry/objective.ts";
import { objectivesSchema, tooShort } from "../../../src/telemetry/objective-list.ts";

const plain = { name: "checkout", namespace: "shop", promql: "errors", comparison: "<", threshold: 0.01 };
const preset = { preset: "istio", service: "checkout", namespace: "shop", errorRatioMax: 0.05 };

function problems(...entries: readonly unknown[]): readonly string[] {
  const parsed = objectivesSchema.safeParse(entries);
  return (parsed.error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
}

describe("a list of objectives", () => {
  test("a single one is taken as it is; namespace, service and weight need not be named", () => {
    const { namespace: _namespace, ...rest } = plain;
    expect(objectivesSchema.parse([plain, rest])).toEqual([plain, rest]);
    expect(objectivesSchema.parse([{ ...plain, service: "frontend", weight: 3 }])).toEqual([{ ...plain, service: "frontend", weight: 3 }]);
  });

  test("$window stands for the window, wherever it is", () => {
    const promql = "rate(errors[$window]) / rate(requests[$window])";
    expect(objectivesSchema.parse([{ ...plain, promql, window: "90s" }])).toEqual([
      { ...plain, promql: "rate(errors[90s]) / rate(requests[90s])" },
    ]);
  });

  test("a preset becomes one objective for each limit, each with its weight", () => {
    const [errors, latency, ...more] = objectivesSchema.parse([{ ...preset, latencyP99MaxMs: 500, weight: 2 }]);
    expect(errors).toMatchObject({
      name: "checkout errors",
      namespace: "shop",
      service: "checkout",
      comparison: "<=",
      threshold: 0.05,
      weight: 2,
    });
    expect(latency).toMatchObject({ name: "checkout latency", comparison: "<=", threshold: 500, weight: 2 });
    expect(more).toEqual([]);
  });

  test.each([
    ["another comparison", { ...plain, comparison: "==" }, '0.comparison: Invalid option: expected one of "<"|"<="|">"|">="'],
    ["a threshold that is no number", { ...plain, threshold: "0.01" }, "0.threshold: Invalid input: expected number, received string"],
    [
      "an infinite threshold",
      { ...plain, threshold: Number.POSITIVE_INFINITY },
      "0.threshold: Invalid input: expected number, received Infinity",
    ],
    ["an empty query", { ...plain, promql: "" }, "0.promql: Too small: expected string to have >=1 characters"],
    ["a field that is not known", { ...plain, treshold: 1 }, '0: Unrecognized key: "treshold"'],
    ["a weight that is no whole number", { ...plain, weight: 1.5 }, "0.weight: must be a whole number"],
    ["a weight of nothing", { ...plain, weight: 0 }, "0.weight: must be at least 1"],
    ["a namespace that none can be called", { ...plain, namespace: "Shop" }, "0.namespace: must be the name of a namespace"],
    ["a window that nothing takes", { ...plain, window: "1m" }, "0: window is given and promql has no $window"],
    ["no window where one is taken", { ...plain, promql: "rate(x[$window])" }, "0: promql has $window and window is not given"],
    [
      "a window that is none",
      { ...plain, promql: "rate(x[$window])", window: "1 minute" },
      "0.window: must be a duration of PromQL like 30s, 5m or 1h",
    ],
    [
      "a preset that is not known",
      { ...preset, preset: "envoy" },
      "0.preset: must be one of istio, linkerd, span-metrics, ingress-nginx, http-requests-total",
    ],
    ["a preset without a limit", { ...preset, errorRatioMax: undefined }, "0: errorRatioMax or latencyP99MaxMs must be given"],
    ["a percentage for a ratio", { ...preset, errorRatioMax: 5 }, "0.errorRatioMax: must be a ratio: 0.05 is 5 %"],
    ["a preset with a query", { ...preset, promql: "x" }, '0: Unrecognized key: "promql"'],
    ["a Service that breaks out of the query", { ...preset, service: 'a"} or vector(0) #' }, "0.service: must be the name of a Service"],
    ["what is no objective", "checkout", "0: Invalid input: expected object, received string"],
  ])("%s is told", (_what, entry, problem) => {
    expect(problems(entry)).toEqual([problem]);
  });

  test("every mistake is told at once", () => {
    expect(problems({ ...plain, threshold: "x", weight: 0 }, preset, { ...preset, window: "soon", service: "" })).toEqual([
      "0.threshold: Invalid input: expected number, received string",
      "0.weight: must be at least 1",
      "2.service: must be the name of a Service",
      "2.window: must be a duration of PromQL like 30s, 5m or 1h",
    ]);
  });

  test("one name twice in a namespace is refused, also between a preset and a single one; in two namespaces it is not", () => {
    expect(problems(plain, plain)).toEqual([": two objectives of one namespace have the same name: shop/checkout"]);
    expect(problems(preset, { ...plain, name: "checkout errors" })).toEqual([
      ": two objectives of one namespace have the same name: shop/checkout errors",
    ]);
    expect(problems(plain, { ...plain, namespace: "billing" })).toEqual([]);
  });

  test("what is no list, and more than can be asked for in time", () => {
    expect(objectivesSchema.safeParse({ objectives: [plain] }).error?.issues[0]?.message).toBe("must be a list of objectives");
    expect(problems(...Array.from({ length: 201 }, (_, index) => ({ ...plain, name: `o${index}` })))).toEqual([
      ": must be at most 200 objectives, presets expanded",
    ]);
  });
});

test.each([
  ["rate(x[1m])", 30_000, false],
  ["rate(x[59s])", 30_000, true],
  ["rate(x[5m]) / rate(y[30s])", 30_000, true],
  ["x > 0", 30_000, false],
  ["max_over_time(rate(x[5m])[30s:1s])", 30_000, false],
  ['rate(x{path="[1s]"}[5m])', 30_000, false],
])("%s, scraped every %i ms: too short %s", (promql, intervalMs, short) => {
  const objective: Objective = { name: "o", promql, comparison: "<", threshold: 1 };
  expect(tooShort([objective], intervalMs)).toEqual(short ? [objective] : []);
});
