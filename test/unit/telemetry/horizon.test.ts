import { expect, test } from "vitest";
import { horizonMs } from "../../../src/telemetry/horizon.ts";

test.each([
  ["up == 0", 0],
  ["rate(errors[5m])", 300_000],
  ["rate(errors[1h30m]) / rate(all[5m])", 5_400_000],
  ["rate(errors[90])", 90_000],
  ["rate(errors[250ms])", 250],
  ["max_over_time(rate(errors[5m])[30m:1m])", 2_100_000],
  ["max_over_time(rate(errors[5m])[30m:])", 2_100_000],
  ["rate(errors[5m] offset 1d)", 86_700_000],
  ['up{pod=~"web-[5m]", path="\\"[2h]"} # [3h]', 0],
  ["rate(errors[$range])", 0],
])("%s looks back %d ms", (promql, lookBackMs) => {
  expect(horizonMs(promql)).toBe(lookBackMs);
});

test("recording rules count, through one another", () => {
  const recording = new Map([
    ["a:rate5m", ["rate(a[5m])"]],
    ["a:max", ["max_over_time(a:rate5m[1h])"]],
  ]);
  expect(horizonMs("a:max > 1", recording)).toBe(3_900_000);
});

test("recording rules that name each other come to an end", () => {
  const recording = new Map([
    ["a", ["b[1m]"]],
    ["b", ["a[1m]"]],
  ]);
  expect(horizonMs("a", recording)).toBe(300_000);
});
