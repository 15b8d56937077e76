/** PURE. `patch` in its three types. A patch that does exactly what a typed action is for becomes that action. */
import { patchOperationSchema } from "../action/action.ts";
import type { Action, ActionOf, Target } from "../action/action.ts";
import { refused, success } from "../failure.ts";
import type { Result } from "../failure.ts";
import { isJsonArray, isJsonObject, pointer } from "../kubernetes/json.ts";
import type { Json, JsonObject, PatchOperation } from "../kubernetes/json.ts";
import { readJson } from "./document.ts";
import { namespaceFlag, readFlags, valueOf } from "./flags.ts";
import type { Flag } from "./flags.ts";
import type { Command } from "./command.ts";
import { targetOf } from "./resource.ts";

const typeFlag: Flag = { name: "type", takes: "value" };
const patchFlag: Flag = { name: "patch", short: "p", takes: "value" };
const operationsMax = 20;

export function parsePatch({ words, surroundings }: Command): Result<Action> {
  const given = readFlags(words, [namespaceFlag, typeFlag, patchFlag]);
  if (!given.ok) return given;
  const text = valueOf(given.value, patchFlag);
  if (text === undefined) return refused("patch needs what to change: -p '{…}'");
  const target = targetOf(given.value.args, valueOf(given.value, namespaceFlag), surroundings);
  if (!target.ok) return target;
  const patch = readJson(text, "the patch");
  if (!patch.ok) return patch;
  const type = (valueOf(given.value, typeFlag) ?? "strategic").toLowerCase();
  switch (type) {
    case "json":
      return jsonPatch(target.value, patch.value);
    case "merge":
    case "strategic":
      return isJsonObject(patch.value)
        ? success(typed(target.value, fieldsOf(patch.value)) ?? { type: "merge", target: target.value, strategy: type, patch: patch.value })
        : refused(`a patch of type ${type} is an object`);
    default:
      return refused(`${type} is no type of patch: json, merge or strategic`);
  }
}

function jsonPatch(target: Target, patch: Json): Result<Action> {
  if (!isJsonArray(patch)) return refused("a patch of type json is a list of operations");
  if (patch.length === 0 || patch.length > operationsMax) return refused(`a patch of type json has 1 to ${operationsMax} operations`);
  const operations: ActionOf<"patch">["operations"] = [];
  for (const each of patch) {
    const operation = patchOperationSchema.safeParse(each);
    if (!operation.success) return refused(whyNotOperation(each));
    operations.push(operation.data);
  }
  // A node that is open has no such field, and then there is nothing that could be replaced.
  const action = target.kind === "Node" ? undefined : typed(target, fieldsSet(operations));
  return success(action ?? { type: "patch", target, operations });
}

function whyNotOperation(operation: Json): string {
  const op = isJsonObject(operation) ? operation["op"] : undefined;
  if (op === "test") return "a test is not needed: every write is sent for the object as it was read";
  if (op === "copy" || op === "move") return `${op} is not understood: say the value, with add and remove`;
  return "an operation is add, replace or remove, with a path that begins with a slash, a value unless it removes, and nothing else";
}

type Fields = ReadonlyMap<string, Json>;

/** What a merge patch sets, by JSON Pointer. */
function fieldsOf(patch: JsonObject, path = ""): Fields {
  return new Map(
    Object.entries(patch).flatMap(([key, value]): [string, Json][] => {
      const place = path + pointer(key);
      return isJsonObject(value) && Object.keys(value).length > 0 ? [...fieldsOf(value, place)] : [[place, value]];
    }),
  );
}

function fieldsSet(operations: readonly PatchOperation[]): Fields {
  return new Map(operations.map((operation) => [operation.path, operation.op === "remove" ? null : operation.value]));
}

/** Fields that have an action of their own are changed by that action only, whatever the policy. */
function typed(target: Target, fields: Fields): Action | undefined {
  const only = fields.size === 1 ? [...fields][0] : undefined;
  const [field, value] = only ?? [];
  switch (target.kind) {
    case "Deployment":
    case "StatefulSet":
      return field === "/spec/replicas" && isReplicas(value, 0) ? { type: "scale", target, replicas: value } : undefined;
    case "CronJob":
      return field === "/spec/suspend" && typeof value === "boolean" ? { type: "suspend", target, suspend: value } : undefined;
    case "Node":
      return field === "/spec/unschedulable" && typeof value === "boolean" ? { type: value ? "cordon" : "uncordon", target } : undefined;
    case "HorizontalPodAutoscaler":
      return limits(target, fields);
    default:
      return undefined;
  }
}

function limits(target: Target, fields: Fields): Action | undefined {
  const [least, most] = [fields.get("/spec/minReplicas"), fields.get("/spec/maxReplicas")];
  const found = [least, most].filter((value) => isReplicas(value, 1));
  if (fields.size === 0 || fields.size !== found.length) return undefined;
  return {
    type: "hpa-limits",
    target,
    ...(isReplicas(least, 1) ? { minReplicas: least } : {}),
    ...(isReplicas(most, 1) ? { maxReplicas: most } : {}),
  };
}

function isReplicas(value: Json | undefined, least: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= least && value <= 1000;
}
