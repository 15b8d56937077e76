/** PURE. The rules for what every object has in common. Source: apimachinery `pkg/api/validation/objectmeta.go`. */
import { jsonEqual } from "../../../kubernetes/json.ts";
import type { Json, JsonObject } from "../../../kubernetes/json.ts";
import { broken, bytesIn, forbidden, immutable, invalid, listOf, mapOf, objectsIn, required, textOf, tooLong } from "./fault.ts";
import type { Faults } from "./fault.ts";
import { label1035Faults, labelFaults, labelValueFaults, qualifiedNameFaults, subdomainFaults } from "./names.ts";

const annotationBytesMax = 262_144;
const standardFinalizers: readonly string[] = ["kubernetes", "orphan", "foregroundDeletion"];

/** Whether a name may be used for a new object of the kind; most are part of a DNS name sooner or later. */
const nameRules: Readonly<Record<string, ((name: string) => readonly string[]) | undefined>> = {
  Service: label1035Faults,
  Namespace: labelFaults,
  // What a CronJob makes has its name and eleven characters more.
  CronJob: (name) => (name.length > 52 ? ["must be no more than 52 characters"] : []),
};

export function newMetadataFaults(kind: string, metadata: JsonObject): Faults {
  const name = textOf(metadata["name"]);
  const ofName = nameRules[kind]?.(name) ?? subdomainFaults(name);
  return [
    ...(name === "" ? [required("metadata.name", "name or generateName is required")] : broken("metadata.name", name, ofName)),
    ...commonFaults(metadata),
    ...finalizerFaults(metadata),
  ];
}

export function changedMetadataFaults(metadata: JsonObject, before: JsonObject): Faults {
  const kept = ["uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"];
  const moved = kept.filter((field) => !jsonEqual(metadata[field], before[field]));
  const had = listOf(before["finalizers"]);
  const more = listOf(metadata["finalizers"]).filter((finalizer) => !had.includes(finalizer));
  const late = before["deletionTimestamp"] !== undefined && more.length > 0;
  const listed = more.map((one) => JSON.stringify(one)).join(", ");
  return [
    ...commonFaults(metadata),
    ...finalizerFaults(metadata),
    ...(late
      ? [
          forbidden(
            "metadata.finalizers",
            `no new finalizers can be added if the object is being deleted, found new finalizers []string{${listed}}`,
          ),
        ]
      : []),
    ...moved.map((field) => immutable(`metadata.${field}`, metadata[field])),
  ];
}

function commonFaults(metadata: JsonObject): Faults {
  return [
    ...labelsFaults(metadata["labels"], "metadata.labels"),
    ...annotationsFaults(metadata["annotations"], "metadata.annotations"),
    ...objectsIn(metadata["ownerReferences"]).flatMap((owner) =>
      ["kind", "name", "uid"]
        .filter((field) => textOf(owner[field]) === "")
        .map((field) => invalid(`metadata.ownerReferences.${field}`, "", "must not be empty")),
    ),
  ];
}

function finalizerFaults(metadata: JsonObject): Faults {
  const rule = "name is neither a standard finalizer name nor is it fully qualified";
  return listOf(metadata["finalizers"]).flatMap((finalizer, index) => {
    const name = textOf(finalizer);
    const faults = broken("metadata.finalizers", name, qualifiedNameFaults(name));
    if (faults.length > 0 || name.includes("/") || standardFinalizers.includes(name)) return faults;
    return [invalid(`metadata.finalizers[${index}]`, name, rule)];
  });
}

/** Of any map of labels; a fault names the map, not the key. */
export function labelsFaults(labels: Json | undefined, path: string): Faults {
  return Object.entries(mapOf(labels)).flatMap(([key, value]) => [
    ...broken(path, key, qualifiedNameFaults(key)),
    ...broken(path, value, labelValueFaults(textOf(value))),
  ]);
}

export function annotationsFaults(annotations: Json | undefined, path: string): Faults {
  const entries = Object.entries(mapOf(annotations));
  const bytes = entries.reduce((sum, [key, value]) => sum + bytesIn(key) + bytesIn(textOf(value)), 0);
  const ofKeys = entries.flatMap(([key]) => broken(path, key, qualifiedNameFaults(key.toLowerCase())));
  return bytes > annotationBytesMax ? [...ofKeys, tooLong(path, annotationBytesMax)] : ofKeys;
}

const withValues: readonly string[] = ["In", "NotIn"];

/** Of a selector by labels and expressions. */
export function selectorFaults(selector: Json | undefined, path: string): Faults {
  const { matchLabels, matchExpressions } = mapOf(selector);
  return [
    ...labelsFaults(matchLabels, `${path}.matchLabels`),
    ...objectsIn(matchExpressions).flatMap((expression, index) => {
      const at = `${path}.matchExpressions[${index}]`;
      const operator = textOf(expression["operator"]);
      const values = listOf(expression["values"]);
      const needy = withValues.includes(operator);
      return [
        ...(needy && values.length === 0 ? [required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'")] : []),
        ...(!needy && isOperator(operator) && values.length > 0
          ? [forbidden(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")]
          : []),
        ...(isOperator(operator) ? [] : [invalid(`${at}.operator`, operator, "not a valid selector operator")]),
        ...broken(`${at}.key`, expression["key"], qualifiedNameFaults(textOf(expression["key"]))),
      ];
    }),
  ];
}

function isOperator(operator: string): boolean {
  return withValues.includes(operator) || operator === "Exists" || operator === "DoesNotExist";
}
