/**
 * PURE. What `kubectl apply` makes of an object: the manifest's fields are set, what was applied last and is not in the
 * manifest any more goes, the rest stays. Source: CreateThreeWayMergePatch of k8s.io/apimachinery 0.34 and the patch's
 * application, in one step; for custom resources its jsonmergepatch, which is the same without strategies.
 */
import { refused, success } from "../failure.ts";
import type { Result } from "../failure.ts";
import { isJsonArray, isJsonObject, jsonEqual } from "../kubernetes/json.ts";
import type { Json, JsonObject } from "../kubernetes/json.ts";
import { own, withoutNulls } from "../kubernetes/merge-patch.ts";
import { keyedBy, leftover, ordered } from "./list-order.ts";
import type { EntryKey } from "./list-order.ts";
import { hasStrategies, strategiesOf, strategyAt } from "./patch-strategy.ts";
import type { PatchStrategy } from "./patch-strategy.ts";

interface Versions<T> {
  readonly applied: T;
  readonly wanted: T;
  readonly here: T;
}

interface Place {
  readonly fields: ReturnType<typeof strategiesOf>;
  readonly path: readonly string[];
}

/** `refused` when entries of a list cannot be told apart by their merge key. */
export function threeWayMerge(kind: string, versions: Versions<JsonObject>): Result<JsonObject> {
  return mergeMaps(versions, { fields: hasStrategies(kind) ? strategiesOf(kind) : {}, path: [] });
}

function mergeMaps({ applied, wanted, here }: Versions<JsonObject>, place: Place): Result<JsonObject> {
  const named = Object.keys(wanted).filter((key) => wanted[key] !== null);
  const retain = strategyAt(place.fields, place.path).retainKeys && named.length > 0;
  const dropped = Object.keys(applied).filter((key) => !Object.hasOwn(wanted, key));
  const merged = new Map(Object.entries(here).filter(([key]) => (retain ? named.includes(key) : !dropped.includes(key))));
  for (const [key, value] of Object.entries(wanted)) {
    if (value === null) {
      merged.delete(key);
      continue;
    }
    const result = mergeField(own(applied, key), value, merged.get(key), { ...place, path: [...place.path, key] });
    if (!result.ok) return result;
    merged.set(key, result.value);
  }
  return success(Object.fromEntries(merged));
}

function mergeField(applied: Json | undefined, wanted: Json, here: Json | undefined, place: Place): Result<Json> {
  const strategy = strategyAt(place.fields, place.path);
  if (isJsonObject(wanted) && isJsonObject(here)) {
    if (strategy.how === "replace") return success(withoutNulls(wanted));
    return mergeMaps({ applied: isJsonObject(applied) ? applied : {}, wanted, here }, place);
  }
  if (isJsonArray(wanted) && isJsonArray(here) && strategy.how === "set")
    return jsonEqual(wanted, here) ? success(here) : refused(`${place.path.join(".")} would change, which is never done`);
  if (isJsonArray(wanted) && isJsonArray(here) && strategy.how === "keyed")
    return mergeLists({ applied: isJsonArray(applied) ? applied : [], wanted, here }, strategy, place);
  const changed = applied !== undefined && typeof wanted === "object" && !jsonEqual(applied, wanted);
  return changed && mergesBelow(place)
    ? refused(`${place.path.join(".")} was applied and taken away since: kubectl cannot change it and put it back at once`)
    : success(withoutNulls(wanted));
}

/** There kubectl's patch has directives, which the server keeps as fields where nothing is to be merged. */
function mergesBelow({ fields, path }: Place): boolean {
  const place = path.join("/");
  return Object.keys(fields).some((field) => field === place || field.startsWith(`${place}/`));
}

function mergeLists(versions: Versions<readonly Json[]>, strategy: PatchStrategy, place: Place): Result<readonly Json[]> {
  const { applied, wanted, here } = versions;
  const key = keyedBy(strategy);
  const whyNot = key.whyNot([...applied, ...wanted, ...here]) ?? whyNotUnique(wanted, key) ?? whyNotUnique(here, key);
  if (whyNot !== undefined) return refused(`${place.path.join(".")}: ${whyNot}`);
  const find = (list: readonly Json[], entry: Json) => list.find((candidate) => key.of(candidate) === key.of(entry));
  const dropped = applied.filter((entry) => find(wanted, entry) === undefined);
  const merged = here.filter((entry) => find(dropped, entry) === undefined && find(wanted, entry) === undefined);
  for (const entry of wanted) {
    const result = mergeField(find(applied, entry), entry, find(here, entry), place);
    if (!result.ok) return result;
    merged.push(result.value);
  }
  const added = wanted.filter((entry) => find(here, entry) === undefined);
  const gone = here.filter((entry) => find(dropped, entry) !== undefined);
  return success(ordered(merged, wanted, leftover(here, gone, added), key));
}

/** Two entries of a Service's ports may have one number, for TCP and for UDP; kubectl takes one for the other. */
function whyNotUnique(entries: readonly Json[], key: EntryKey): string | undefined {
  const double = entries.find((entry, index) => entries.findIndex((candidate) => key.of(candidate) === key.of(entry)) !== index);
  return double === undefined
    ? undefined
    : `several entries have ${key.name} ${JSON.stringify(key.of(double))}: they would be taken for each other`;
}
