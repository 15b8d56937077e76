/** PURE. How sure a figure of n runs is. */

export interface Estimate {
  readonly value: number;
  /** 95 % confidence. */
  readonly low: number;
  readonly high: number;
}

/** Standard normal, two-sided 95 %. */
const z = 1.959964;

/** Wilson's score interval: right near 0 and 1 as well, where the usual one is empty. */
export function shareOf(hits: number, runs: number): Estimate {
  const share = hits / runs;
  const middle = share + (z * z) / (2 * runs);
  const half = z * Math.sqrt((share * (1 - share)) / runs + (z * z) / (4 * runs * runs));
  const whole = 1 + (z * z) / runs;
  return { value: share, low: Math.max(0, (middle - half) / whole), high: Math.min(1, (middle + half) / whole) };
}

/** The mean, by the normal approximation. One value alone says nothing about its spread. */
export function meanOf(values: readonly number[]): Estimate {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1);
  const half = z * Math.sqrt(variance / values.length);
  return { value: mean, low: mean - half, high: mean + half };
}
