/** Chance that can be thrown again: the same seed gives the same throws, so a failing round is named by its seed. */

export interface Dice {
  /** A whole number from 0 to `sides - 1`. */
  roll(sides: number): number;
  /** True once in `times`. */
  once(times: number): boolean;
  pick<T>(from: readonly T[]): T;
}

/** Mulberry32, a 32-bit generator in the public domain. */
export function createDice(seed: number): Dice {
  let state = (seed * 2_654_435_761) >>> 0;
  function roll(sides: number): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  }
  return {
    roll,
    once: (times) => roll(times) === 0,
    pick: (from) => {
      const picked = from[roll(from.length)];
      if (picked === undefined) throw new Error("nothing to pick from");
      return picked;
    },
  };
}
