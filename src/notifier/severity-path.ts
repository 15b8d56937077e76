/** PURE. A severity path as a person reads it on one line: `6 → 9 ×3 → ∞ → 0`. Never hides the highest value. */
import type { SeverityPoint } from "./message.ts";

const STEPS_MAX = 12;
const KEPT_AT_EACH_END = 5;

/** One value: crashed is `∞`, unknown is `?`. */
export function printSeverity(mu: number | undefined): string {
  if (mu === undefined || Number.isNaN(mu)) return "?";
  if (!Number.isFinite(mu)) return "∞";
  return String(Math.round(mu * 100) / 100);
}

/** Every value in order: for the few ends of transactions. */
export function printVisiblePath(path: readonly SeverityPoint[]): string {
  const steps = path.map((point) => printSeverity(point.mu));
  return printSteps(steps, path);
}

/** Equal neighbours are folded to `6 ×3`: for the many samples inside a transaction. */
export function printHiddenPath(path: readonly SeverityPoint[]): string {
  const steps: { value: string; times: number }[] = [];
  for (const point of path) {
    const value = printSeverity(point.mu);
    const last = steps.at(-1);
    if (last?.value === value) last.times += 1;
    else steps.push({ value, times: 1 });
  }
  return printSteps(
    steps.map((step) => (step.times === 1 ? step.value : `${step.value} ×${step.times}`)),
    path,
  );
}

function printSteps(steps: readonly string[], path: readonly SeverityPoint[]): string {
  if (steps.length === 0) return "not measured";
  if (steps.length <= STEPS_MAX) return steps.join(" → ");
  const shown = [...steps.slice(0, KEPT_AT_EACH_END), "…", ...steps.slice(-KEPT_AT_EACH_END)].join(" → ");
  return `${shown} (${path.length} samples, highest ${printSeverity(highest(path))})`;
}

function highest(path: readonly SeverityPoint[]): number | undefined {
  return path.reduce<number | undefined>((most, point) => {
    if (point.mu === undefined || Number.isNaN(point.mu)) return most;
    return most === undefined || point.mu > most ? point.mu : most;
  }, undefined);
}
