/** PURE. `label`, `annotate` and `delete`: what is done to an object of any kind. */
import type { Action } from "../action/action.ts";
import { refused, success } from "../failure.ts";
import type { Result } from "../failure.ts";
import { namespaceFlag, readFlags, valueOf } from "./flags.ts";
import type { Flag } from "./flags.ts";
import type { Command } from "./command.ts";
import { pairsOf, splitAtPairs } from "./pairs.ts";
import { targetOf } from "./resource.ts";

const overwriteFlag: Flag = { name: "overwrite", takes: "switch" };
const waitFlag: Flag = { name: "wait", takes: "switch" };

/** Source: IsValidLabelValue of k8s.io/apimachinery. */
const labelValue = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

export function parseLabel(command: Command): Result<Action> {
  return parseMetadata("labels", command);
}

export function parseAnnotate(command: Command): Result<Action> {
  return parseMetadata("annotations", command);
}

function parseMetadata(field: "labels" | "annotations", { words, surroundings }: Command): Result<Action> {
  const given = readFlags(words, [namespaceFlag, overwriteFlag]);
  if (!given.ok) return given;
  const split = splitAtPairs(given.value.args);
  if (!split.ok) return split;
  const target = targetOf(split.value.resources, valueOf(given.value, namespaceFlag), surroundings);
  if (!target.ok) return target;
  const pairs = pairsOf(split.value.pairs);
  if (!pairs.ok) return pairs;
  const { set, unset } = pairs.value;
  const values = { ...set, ...Object.fromEntries(unset.map((key) => [key, null])) };
  if (Object.keys(values).length === 0) return refused(`no ${field} are given: say KEY=VALUE or KEY-`);
  // Whether there is one already cannot be told from the line, and kubectl would refuse then.
  if (Object.keys(set).length > 0 && valueOf(given.value, overwriteFlag) !== "true")
    return refused(`${field} that are there already would be overwritten: say --overwrite if that is meant`);
  const unfit = field === "labels" ? Object.values(set).find((value) => !labelValue.test(value)) : undefined;
  if (unfit !== undefined) return refused(`${unfit} is no value of a label: letters, digits, dots, hyphens and underscores, at most 63`);
  return success({ type: "merge", target: target.value, strategy: "merge", patch: { metadata: { [field]: values } } });
}

/** A pod is evicted: its budget is honoured, and its controller makes it anew. */
export function parseDelete({ words, surroundings }: Command): Result<Action> {
  const given = readFlags(words, [namespaceFlag, waitFlag]);
  if (!given.ok) return given;
  const target = targetOf(given.value.args, valueOf(given.value, namespaceFlag), surroundings);
  if (!target.ok) return target;
  if (target.value.kind === "Node") return refused("a Node is never deleted: cordon it");
  return success({ type: target.value.kind === "Pod" ? "evict" : "delete", target: target.value });
}
