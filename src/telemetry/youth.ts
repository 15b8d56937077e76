/**
 * PURE. Whether who answers has been started too lately to know all that fires: what it does not say then is no news. Both
 * times are the other side's own, so that clocks need not agree.
 */

/**
 * A sentence while it is younger than `maturesMs`; undefined when it is older, or does not tell. `startedAt`: as it says;
 * `nowMs`: its own clock.
 */
export function whyTooYoung(
  name: string,
  startedAt: string,
  nowMs: number | undefined,
  maturesMs: number,
  consequence: string,
): string | undefined {
  const ageMs = (nowMs ?? Number.NaN) - Date.parse(startedAt);
  // A Date header has whole seconds, so an age may come out a little below zero.
  if (!(ageMs < maturesMs)) return undefined;
  return `${name} was started ${Math.max(0, Math.round(ageMs / 1000))} s ago: ${consequence}`;
}
