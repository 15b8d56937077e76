/** PURE. `scale`, `rollout undo|restart` and `set image|env|resources`: what is done to a workload. */
import type { Action } from "../action/action.ts";
import { refused, success } from "../failure.ts";
import type { Result } from "../failure.ts";
import { namespaceFlag, readFlags, valueOf, valuesOf } from "./flags.ts";
import type { Arguments, Flag } from "./flags.ts";
import type { Command } from "./command.ts";
import { pairsOf, splitAtPairs } from "./pairs.ts";
import { targetOf } from "./resource.ts";

const replicasFlag: Flag = { name: "replicas", takes: "value" };
const revisionFlag: Flag = { name: "to-revision", takes: "value" };
const containersFlag: Flag = { name: "containers", short: "c", takes: "value" };
const envFlag: Flag = { name: "env", short: "e", takes: "values" };
const limitsFlag: Flag = { name: "limits", takes: "value" };
const requestsFlag: Flag = { name: "requests", takes: "value" };

export function parseScale({ words, surroundings }: Command): Result<Action> {
  const given = readFlags(words, [namespaceFlag, replicasFlag]);
  if (!given.ok) return given;
  const replicas = wholeNumber(valueOf(given.value, replicasFlag) ?? "");
  if (replicas === undefined || replicas > 1000) return refused("scale needs --replicas, a whole number of at most 1000");
  const target = targetOf(given.value.args, valueOf(given.value, namespaceFlag), surroundings);
  return target.ok ? success({ type: "scale", target: target.value, replicas }) : target;
}

export function parseRolloutUndo({ words, surroundings }: Command): Result<Action> {
  const given = readFlags(words, [namespaceFlag, revisionFlag]);
  if (!given.ok) return given;
  const toRevision = wholeNumber(valueOf(given.value, revisionFlag) ?? "0");
  if (toRevision === undefined) return refused("--to-revision is a whole number");
  const target = targetOf(given.value.args, valueOf(given.value, namespaceFlag), surroundings);
  return target.ok ? success({ type: "rollback", target: target.value, toRevision }) : target;
}

export function parseRolloutRestart({ words, surroundings }: Command): Result<Action> {
  const given = readFlags(words, [namespaceFlag]);
  if (!given.ok) return given;
  const target = targetOf(given.value.args, valueOf(given.value, namespaceFlag), surroundings);
  return target.ok ? success({ type: "restart", target: target.value }) : target;
}

export function parseSetImage({ words, surroundings }: Command): Result<Action> {
  const given = readFlags(words, [namespaceFlag]);
  if (!given.ok) return given;
  const split = splitAtPairs(given.value.args);
  if (!split.ok) return split;
  const target = targetOf(split.value.resources, valueOf(given.value, namespaceFlag), surroundings);
  if (!target.ok) return target;
  const images = pairsOf(split.value.pairs);
  if (!images.ok) return images;
  if (images.value.unset.length > 0 || Object.keys(images.value.set).length === 0) return refused("set image takes CONTAINER=IMAGE");
  if (Object.hasOwn(images.value.set, "*") && Object.keys(images.value.set).length > 1) return refused("* names every container already");
  return success({ type: "set-image", target: target.value, images: images.value.set });
}

export function parseSetEnv({ words, surroundings }: Command): Result<Action> {
  const given = readFlags(words, [namespaceFlag, containersFlag, envFlag]);
  if (!given.ok) return given;
  const split = splitAtPairs(given.value.args);
  if (!split.ok) return split;
  const target = targetOf(split.value.resources, valueOf(given.value, namespaceFlag), surroundings);
  if (!target.ok) return target;
  const pairs = pairsOf([...valuesOf(given.value.flags, envFlag.name), ...split.value.pairs]);
  if (!pairs.ok) return pairs;
  if (Object.keys(pairs.value.set).length + pairs.value.unset.length === 0) return refused("set env takes NAME=VALUE or NAME-");
  const container = containerOf(given.value);
  return container.ok ? success({ type: "set-env", target: target.value, container: container.value, ...pairs.value }) : container;
}

export function parseSetResources({ words, surroundings }: Command): Result<Action> {
  const given = readFlags(words, [namespaceFlag, containersFlag, limitsFlag, requestsFlag]);
  if (!given.ok) return given;
  const target = targetOf(given.value.args, valueOf(given.value, namespaceFlag), surroundings);
  if (!target.ok) return target;
  const limits = quantitiesOf(valueOf(given.value, limitsFlag));
  if (!limits.ok) return limits;
  const requests = quantitiesOf(valueOf(given.value, requestsFlag));
  if (!requests.ok) return requests;
  if (Object.keys(limits.value).length + Object.keys(requests.value).length === 0)
    return refused("set resources needs --limits or --requests, like --limits=cpu=500m,memory=256Mi");
  const container = containerOf(given.value);
  return container.ok
    ? success({ type: "set-resources", target: target.value, container: container.value, limits: limits.value, requests: requests.value })
    : container;
}

/** All of them, unless one is named. */
function containerOf(given: Arguments): Result<string> {
  const name = valueOf(given, containersFlag) ?? "*";
  return name !== "*" && name.includes("*") ? refused(`${name} may match several containers: name one, or say *`) : success(name);
}

function quantitiesOf(text: string | undefined): Result<Readonly<Record<string, string>>> {
  const pairs = pairsOf(text === undefined ? [] : text.split(","));
  if (!pairs.ok) return pairs;
  return pairs.value.unset.length > 0 ? refused("a quantity is set, not taken away: say 0, or use patch") : success(pairs.value.set);
}

function wholeNumber(text: string): number | undefined {
  return /^(0|[1-9]\d{0,8})$/.test(text) ? Number(text) : undefined;
}
