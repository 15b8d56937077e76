/** PURE. Which of the names that exist was likely meant by one that does not: only where exactly one is that near. */

/** Letters that may differ: a slip of the finger, not another word. */
const editsMax = 2;
const lengthMax = 253;

/** Undefined when none is near, or more than one is. A short name must be nearer than a long one. */
export function nearName(wanted: string, existing: readonly string[]): string | undefined {
  if (wanted.length > lengthMax) return undefined;
  const max = Math.min(editsMax, Math.floor(wanted.length / 3));
  const near = [...new Set(existing)].filter((name) => name !== wanted && edits(wanted, name, max) <= max);
  return near.length === 1 ? near[0] : undefined;
}

/** Letters to add, drop, exchange or let change places with their neighbour; more than `max` are not counted to the end. */
function edits(left: string, right: string, max: number): number {
  if (Math.abs(left.length - right.length) > max) return max + 1;
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let at = 1; at <= left.length; at += 1) {
    const next = [at];
    for (let to = 1; to <= right.length; to += 1) {
      const same = left[at - 1] === right[to - 1] ? 0 : 1;
      const swapped =
        at > 1 && to > 1 && left[at - 1] === right[to - 2] && left[at - 2] === right[to - 1] ? (before[to - 2] ?? 0) + 1 : Infinity;
      next.push(Math.min((next[to - 1] ?? 0) + 1, (row[to] ?? 0) + 1, (row[to - 1] ?? 0) + same, swapped));
    }
    before = row;
    row = next;
  }
  return row[right.length] ?? 0;
}
