/**
 * PURE. Kubernetes' strategic merge patch, to the order of list entries, as the API server applies it. Source: mergeMap and
 * mergeSlice of k8s.io/apimachinery 0.34, pkg/util/strategicpatch. Refused where the server would do something that
 * nobody means: a directive where nothing is to be merged, an entry that two others match.
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

interface Place {
  readonly fields: ReturnType<typeof strategiesOf>;
  /** Map keys on the way here. */
  readonly path: readonly string[];
}

const orderPrefix = "$setElementOrder/";
const deletePrefix = "$deleteFromPrimitiveList/";
const retainKeys = "$retainKeys";

/** `refused` for what the server would refuse, and for a directive that it would take in another way than it reads. */
export function strategicMergePatch(kind: string, document: JsonObject, patch: JsonObject): Result<JsonObject> {
  if (!hasStrategies(kind)) return refused(`${kind} knows no strategic merge patch: send a patch of type merge or json`);
  const whole = ["$patch", retainKeys].find((directive) => own(patch, directive) !== undefined);
  if (whole !== undefined) return refused(`${whole} of the whole object would take away what it does not name, which is never done`);
  return mergeMap(document, patch, { fields: strategiesOf(kind), path: [] });
}

function mergeMap(here: JsonObject, patch: JsonObject, place: Place): Result<JsonObject> {
  const directive = own(patch, "$patch");
  if (directive !== undefined) return replacedMap(directive, patch, place);
  const retained = retainedOf(here, patch, place);
  if (!retained.ok) return retained;
  const merged = new Map(Object.entries(retained.value));
  for (const field of fieldsOf(patch)) {
    if (field.startsWith("$")) return refused(`${at(place)}: ${field} is not understood`);
    const value = mergeField(merged.get(field), patch, field, { ...place, path: [...place.path, field] });
    if (!value.ok) return value;
    if (value.value === undefined) merged.delete(field);
    else merged.set(field, value.value);
  }
  return success(Object.fromEntries(merged));
}

/** The fields that a patch is about, whether it names them or only directives for them. */
function fieldsOf(patch: JsonObject): Set<string> {
  const keys = Object.keys(patch).filter((key) => key !== retainKeys);
  return new Set(keys.map((key) => [orderPrefix, deletePrefix].reduce((field, prefix) => withoutPrefix(field, prefix), key)));
}

function withoutPrefix(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}

function mergeField(here: Json | undefined, patch: JsonObject, field: string, place: Place): Result<Json | undefined> {
  const wanted = own(patch, field);
  const order = own(patch, orderPrefix + field);
  const merged =
    order === undefined
      ? wanted === undefined
        ? success(here)
        : mergeValue(here, wanted, place)
      : mergeInOrder(here, wanted, order, place);
  const gone = own(patch, deletePrefix + field);
  if (gone === undefined || !merged.ok) return merged;
  // Which of the two the server does first is chance: its maps have no order.
  return wanted === undefined
    ? withoutValues(merged.value, gone, place)
    : refused(`${at(place)}: $deleteFromPrimitiveList beside values for the same list`);
}

function mergeValue(here: Json | undefined, wanted: Json, place: Place): Result<Json | undefined> {
  if (wanted === null) return success(undefined);
  const strategy = strategyAt(place.fields, place.path);
  if (isJsonObject(wanted)) {
    if (!isJsonObject(here)) return fresh(wanted, place);
    return strategy.how === "replace" ? asItIs(wanted, place) : mergeMap(here, wanted, place);
  }
  if (!isJsonArray(wanted)) return success(wanted);
  if (!isJsonArray(here)) return fresh(wanted, place);
  return strategy.how === "keyed" || strategy.how === "set" ? mergeList(here, wanted, strategy, place) : asItIs(wanted, place);
}

/** `$patch: delete` empties a map, `$patch: replace` takes the rest of the patch for it. */
function replacedMap(directive: Json, patch: JsonObject, place: Place): Result<JsonObject> {
  const { $patch: _directive, ...rest } = patch;
  if (directive === "delete") return success({});
  return directive === "replace" ? asItIs(rest, place) : refused(`${at(place)}: $patch can be replace or delete`);
}

/** `$retainKeys` names the fields that stay, those of the patch among them. */
function retainedOf(here: JsonObject, patch: JsonObject, place: Place): Result<JsonObject> {
  const retained = own(patch, retainKeys);
  if (retained === undefined) return success(here);
  const named = Object.keys(patch).filter((key) => patch[key] !== null && !key.startsWith("$"));
  if (!isJsonArray(retained) || !named.every((key) => retained.includes(key)))
    return refused(`${at(place)}: $retainKeys must be a list with every field of the patch`);
  return success(Object.fromEntries(Object.entries(here).filter(([key]) => retained.includes(key))));
}

function mergeList(here: readonly Json[], wanted: readonly Json[], strategy: PatchStrategy, place: Place): Result<readonly Json[]> {
  const key = keyedBy(strategy);
  const whyNot = key.whyNot([...here, ...wanted]);
  if (whyNot !== undefined) return refused(`${at(place)}: ${whyNot}`);
  if (strategy.how === "set") return success(ordered([...new Set([...here, ...wanted])], wanted, here, key));
  const kept = afterDirectives(here, wanted as readonly JsonObject[], key, place);
  if (!kept.ok) return kept;
  const merged = mergeEntries(kept.value.here, kept.value.wanted, key, place);
  return merged.ok ? success(ordered(merged.value, kept.value.wanted, kept.value.here, key)) : merged;
}

interface Lists {
  readonly here: readonly Json[];
  readonly wanted: readonly JsonObject[];
}

/** An entry with `$patch: delete` takes those of its key away; one with `$patch: replace` everything that was there. */
function afterDirectives(here: readonly Json[], patch: readonly JsonObject[], key: EntryKey, place: Place): Result<Lists> {
  const wanted = patch.filter((entry) => own(entry, "$patch") === undefined);
  const special = patch.filter((entry) => own(entry, "$patch") !== undefined);
  if (!special.every((entry) => entry["$patch"] === "delete" || jsonEqual(entry, { $patch: "replace" })))
    return refused(`${at(place)}: $patch can be delete beside an entry's key, or an entry of its own with replace`);
  if (special.some((entry) => entry["$patch"] === "replace")) return success({ here: [], wanted });
  return success({ here: here.filter((entry) => !special.some((gone) => key.of(gone) === key.of(entry))), wanted });
}

function mergeEntries(here: readonly Json[], wanted: readonly JsonObject[], key: EntryKey, place: Place): Result<readonly Json[]> {
  let merged = [...here];
  for (const entry of wanted) {
    const index = merged.findIndex((candidate) => key.of(candidate) === key.of(entry));
    if (index !== merged.findLastIndex((candidate) => key.of(candidate) === key.of(entry)))
      return refused(`${at(place)}: several entries have ${key.name} ${JSON.stringify(key.of(entry))}, and only one of them would change`);
    const found = merged[index];
    const result = isJsonObject(found) ? mergeMap(found, entry, place) : asItIs(entry, place);
    if (!result.ok) return result;
    merged = index < 0 ? [...merged, result.value] : merged.with(index, result.value);
  }
  return success(merged);
}

/** `$setElementOrder` says how entries follow each other, those of the patch and others. */
function mergeInOrder(here: Json | undefined, wanted: Json | undefined, order: Json, place: Place): Result<Json | undefined> {
  const strategy = strategyAt(place.fields, place.path);
  if (!isJsonArray(order) || (strategy.how !== "keyed" && strategy.how !== "set"))
    return refused(`${at(place)}: $setElementOrder is for lists whose entries are merged, and is such a list itself`);
  if ((here !== undefined && !isJsonArray(here)) || (wanted !== undefined && !isJsonArray(wanted)))
    return refused(`${at(place)}: $setElementOrder beside what is no list`);
  const key = keyedBy(strategy);
  if (wanted?.some(isReplace)) return refused(`${at(place)}: $setElementOrder beside $patch: replace`);
  const whyNot = key.whyNot([...(here ?? []), ...(wanted ?? []), ...order]);
  if (whyNot !== undefined) return refused(`${at(place)}: ${whyNot}`);
  if ((here ?? []).length + (wanted ?? []).length === 0) return refused(`${at(place)}: $setElementOrder of an empty list`);
  if (!follows(wanted ?? [], order, key)) return refused(`${at(place)}: the entries do not follow $setElementOrder`);
  const merged = wanted === undefined ? success(here) : mergeValue(here, wanted, place);
  if (!merged.ok || !isJsonArray(merged.value) || !isJsonArray(here)) return merged;
  const find = (list: readonly Json[], entry: Json) => list.some((candidate) => key.of(candidate) === key.of(entry));
  const gone = here.filter((entry) => !find(merged.value as readonly Json[], entry));
  const added = (wanted ?? []).filter((entry) => !find(here, entry) && find(merged.value as readonly Json[], entry));
  return success(ordered(merged.value, order, leftover(here, gone, added), key));
}

function isReplace(entry: Json): boolean {
  return isJsonObject(entry) && entry["$patch"] === "replace";
}

/** What stays of the patch's entries is in the order's list, in the same sequence. */
function follows(wanted: readonly Json[], order: readonly Json[], key: EntryKey): boolean {
  const staying = wanted.filter((entry) => !isJsonObject(entry) || own(entry, "$patch") === undefined);
  const places = staying.map((entry) => order.findIndex((named) => key.of(named) === key.of(entry)));
  return places.every((index, position) => index >= 0 && (position === 0 || index > (places[position - 1] ?? 0)));
}

/** `$deleteFromPrimitiveList`, whatever the list's strategy. */
function withoutValues(here: Json | undefined, gone: Json, place: Place): Result<Json | undefined> {
  if (!isJsonArray(gone) || [...gone, ...(isJsonArray(here) ? here : [])].some((value) => typeof value === "object"))
    return refused(`${at(place)}: $deleteFromPrimitiveList is for lists of plain values, and is such a list itself`);
  return success(isJsonArray(here) ? here.filter((value) => !gone.includes(value)) : here);
}

/** Where nothing of the kind was, `$patch: delete` deletes nothing; other directives the server would keep, or drop with what they stand in. */
function fresh(value: JsonObject | readonly Json[], place: Place): Result<Json | undefined> {
  if (isDeletion(value)) return success(undefined);
  return asItIs(isJsonArray(value) ? value.filter((entry) => !isDeletion(entry)) : value, place);
}

function isDeletion(value: Json): boolean {
  return isJsonObject(value) && value["$patch"] === "delete";
}

function asItIs<T extends Json>(value: T, place: Place): Result<T> {
  const directive = directiveIn(value);
  return directive === undefined ? success(withoutNulls(value) as T) : refused(`${at(place)}: ${directive} stands where nothing is merged`);
}

function directiveIn(value: Json): string | undefined {
  if (isJsonArray(value)) return value.map(directiveIn).find((found) => found !== undefined);
  if (!isJsonObject(value)) return undefined;
  return Object.entries(value)
    .map(([key, inner]) => (key.startsWith("$") ? key : directiveIn(inner)))
    .find((found) => found !== undefined);
}

function at({ path }: Place): string {
  return path.length === 0 ? "the patch" : path.join(".");
}
