/** Chance that is the same on every run: a number names a whole story. */

/** 0 <= x < 1, a linear congruential generator (Numerical Recipes); its first numbers are alike for alike seeds and are skipped. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  for (let skipped = 0; skipped < 5; skipped += 1) next();
  return next;
}
