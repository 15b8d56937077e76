/** PURE. `cordon`, `uncordon`, and `taint` as far as it takes a taint away. */
import type { Action, ActionOf } from "../action/action.ts";
import { refused, success } from "../failure.ts";
import type { Result } from "../failure.ts";
import { namespaceFlag, readFlags } from "./flags.ts";
import type { Command } from "./command.ts";
import { targetNamed, targetOf } from "./resource.ts";

export function parseCordon(command: Command): Result<Action> {
  return parseSchedulable("cordon", command);
}

export function parseUncordon(command: Command): Result<Action> {
  return parseSchedulable("uncordon", command);
}

function parseSchedulable(type: "cordon" | "uncordon", { words, surroundings }: Command): Result<Action> {
  const given = readFlags(words, [namespaceFlag]);
  if (!given.ok) return given;
  const [name, ...more] = given.value.args;
  if (name === undefined || more.length > 0) return refused(`${type} takes one node`);
  const target = name.includes("/") ? targetOf([name], undefined, surroundings) : targetNamed("node", name, undefined, surroundings);
  if (!target.ok) return target;
  return target.value.kind === "Node" ? success({ type, target: target.value }) : refused(`only a node can be ${type}ed`);
}

/** Source of the forms: parseTaint of k8s.io/kubectl. The value plays no part in taking a taint away. */
const taint = /^([^=:]+)(?:(?:=[^=:]*)?:([^=:]*))?-$/;
const effects: readonly string[] = ["NoSchedule", "PreferNoSchedule", "NoExecute"];
/** A label's key. Source: IsQualifiedName of k8s.io/apimachinery. */
const qualifiedName = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

export function parseTaint({ words, surroundings }: Command): Result<Action> {
  const given = readFlags(words, [namespaceFlag]);
  if (!given.ok) return given;
  const { args } = given.value;
  const [type = "", name, text, ...more] = args;
  if (name === undefined || text === undefined) return refused("taint takes a node and a taint: taint nodes NAME KEY:EFFECT-");
  if (more.length > 0) return refused("taint takes one node and one taint");
  if (type.includes("/") || name.includes("/")) return refused("taint takes its node as two words: taint nodes NAME KEY:EFFECT-");
  const target = targetNamed(type, name, undefined, surroundings);
  if (!target.ok) return target;
  if (target.value.kind !== "Node") return refused("only a node has taints");
  const [whole, key = "", effect] = taint.exec(text) ?? [];
  if (whole === undefined)
    return refused(
      text.endsWith("-")
        ? `${text} is neither KEY-, KEY:EFFECT- nor KEY=VALUE:EFFECT-`
        : "a taint is only taken away, with a hyphen at its end: cordon the node instead",
    );
  if (!qualifiedName.test(key)) return refused(`${key} is no key of a taint`);
  if (effect !== undefined && !effects.includes(effect)) return refused(`${effect} is no effect: ${effects.join(", ")}`);
  return success({
    type: "untaint",
    target: target.value,
    key,
    ...(effect === undefined ? {} : { effect: effect as ActionOf<"untaint">["effect"] }),
  });
}
