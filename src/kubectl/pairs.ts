/** PURE. `KEY=VALUE` and `KEY-`, as `label`, `annotate` and `set` take them after the object. */
import { refused, success } from "../failure.ts";
import type { Result } from "../failure.ts";

export interface Split {
  readonly resources: readonly string[];
  readonly pairs: readonly string[];
}

export interface Pairs {
  readonly set: Record<string, string>;
  readonly unset: string[];
}

/** Source: GetResourcesAndPairs of k8s.io/kubectl. */
function isPair(arg: string): boolean {
  return arg.indexOf("=") > 0 || (arg.endsWith("-") && arg !== "-");
}

export function splitAtPairs(args: readonly string[]): Result<Split> {
  const first = args.findIndex(isPair);
  if (first < 0) return success({ resources: args, pairs: [] });
  const stray = args.slice(first).find((arg) => !isPair(arg));
  return stray === undefined
    ? success({ resources: args.slice(0, first), pairs: args.slice(first) })
    : refused(`${stray === "" ? "an empty word" : stray} stands behind what to change: name the object first`);
}

export function pairsOf(pairs: readonly string[]): Result<Pairs> {
  const set = new Map<string, string>();
  const unset = new Set<string>();
  for (const pair of pairs) {
    const equals = pair.indexOf("=");
    const key = equals > 0 ? pair.slice(0, equals) : pair.slice(0, -1);
    if (equals === 0 || key === "" || (equals < 0 && !pair.endsWith("-")))
      return refused(`${JSON.stringify(pair)} is neither KEY=VALUE nor KEY-`);
    // A record of a schema has no such key: it would be lost without a word.
    if (key === "__proto__") return refused(`${key} is no key`);
    if (set.has(key) || unset.has(key)) return refused(`${key} is given twice`);
    if (equals > 0) set.set(key, pair.slice(equals + 1));
    else unset.add(key);
  }
  return success({ set: Object.fromEntries(set), unset: [...unset] });
}
