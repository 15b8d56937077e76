/**
 * PURE. The rules for where a pod may run: tolerations, affinities to nodes, spreading. Affinities between pods are not
 * looked into. Source: Kubernetes `pkg/apis/core/validation/validation.go`.
 */
import type { JsonObject } from "../../../kubernetes/json.ts";
import { broken, forbidden, invalid, listOf, mapOf, numberOf, objectsIn, oneOf, required, textOf, unsupported } from "./fault.ts";
import type { Faults } from "./fault.ts";
import { labelValueFaults, qualifiedNameFaults } from "./names.ts";

export const taintEffects: readonly string[] = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

export function placementFaults(spec: JsonObject, path: string): Faults {
  return [
    ...nodeAffinityFaults(mapOf(mapOf(spec["affinity"])["nodeAffinity"]), `${path}.affinity.nodeAffinity`),
    ...objectsIn(spec["topologySpreadConstraints"]).flatMap((constraint, index) =>
      spreadFaults(constraint, `${path}.topologySpreadConstraints[${index}]`),
    ),
  ];
}

function nodeAffinityFaults(affinity: JsonObject, path: string): Faults {
  const must = "requiredDuringSchedulingIgnoredDuringExecution";
  const should = "preferredDuringSchedulingIgnoredDuringExecution";
  const terms = listOf(mapOf(affinity[must])["nodeSelectorTerms"]);
  return [
    ...(affinity[must] !== undefined && terms.length === 0
      ? [required(`${path}.${must}.nodeSelectorTerms`, "must have at least one node selector term")]
      : []),
    ...terms.flatMap((term, index) => termFaults(mapOf(term), `${path}.${must}.nodeSelectorTerms[${index}]`)),
    ...objectsIn(affinity[should]).flatMap((preferred, index) => {
      const weight = numberOf(preferred["weight"]);
      const at = `${path}.${should}[${index}]`;
      return [
        ...(weight < 1 || weight > 100 ? [invalid(`${at}.weight`, weight, "must be in the range 1-100")] : []),
        ...termFaults(mapOf(preferred["preference"]), `${at}.preference`),
      ];
    }),
  ];
}

function termFaults(term: JsonObject, at: string): Faults {
  return objectsIn(term["matchExpressions"]).flatMap((expression, index) =>
    expressionFaults(expression, `${at}.matchExpressions[${index}]`),
  );
}

function expressionFaults({ key, operator, values }: JsonObject, at: string): Faults {
  const count = listOf(values).length;
  const said = textOf(operator);
  const ofValues: Readonly<Record<string, Faults>> = {
    In: count === 0 ? [required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'")] : [],
    Exists: count > 0 ? [forbidden(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")] : [],
    Gt: count === 1 ? [] : [required(`${at}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'")],
  };
  const like: Readonly<Record<string, string>> = { NotIn: "In", DoesNotExist: "Exists", Lt: "Gt" };
  return [
    ...(ofValues[like[said] ?? said] ?? [invalid(`${at}.operator`, said, "not a valid selector operator")]),
    ...broken(`${at}.key`, key, qualifiedNameFaults(textOf(key))),
  ];
}

function spreadFaults({ maxSkew, topologyKey, whenUnsatisfiable }: JsonObject, at: string): Faults {
  return [
    ...(numberOf(maxSkew) > 0 ? [] : [invalid(`${at}.maxSkew`, maxSkew, "must be greater than zero")]),
    ...(textOf(topologyKey) === "" ? [required(`${at}.topologyKey`, "can not be empty")] : []),
    ...oneOf(`${at}.whenUnsatisfiable`, whenUnsatisfiable, ["DoNotSchedule", "ScheduleAnyway"]),
  ];
}

export function tolerationFaults(toleration: JsonObject, at: string): Faults {
  const { operator = "", value = "", effect = "" } = toleration;
  const key = textOf(toleration["key"]);
  const everything = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
  return [
    ...(key === "" ? [] : broken(`${at}.key`, key, qualifiedNameFaults(key))),
    ...(key === "" && operator !== "Exists" ? [invalid(`${at}.operator`, operator, everything)] : []),
    ...(toleration["tolerationSeconds"] !== undefined && effect !== "NoExecute"
      ? [invalid(`${at}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set")]
      : []),
    ...(operator === "Equal" || operator === "" ? broken(`${at}.operator`, value, labelValueFaults(textOf(value))) : []),
    ...(operator === "Exists" && value !== "" ? [invalid(`${at}.operator`, value, "value must be empty when `operator` is 'Exists'")] : []),
    ...(operator === "" ? [] : oneOf(`${at}.operator`, operator, ["Equal", "Exists"])),
    ...(effect === "" || taintEffects.includes(textOf(effect)) ? [] : [unsupported(`${at}.effect`, effect, taintEffects)]),
  ];
}
