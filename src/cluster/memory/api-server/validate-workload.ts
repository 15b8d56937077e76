/** PURE. The rules for what keeps pods. Source: Kubernetes `pkg/apis/apps/validation/validation.go`. */
import { jsonEqual } from "../../../kubernetes/json.ts";
import type { Json, JsonObject } from "../../../kubernetes/json.ts";
import { broken, forbidden, immutable, invalid, mapOf, negative, numberOf, oneOf, required, textOf, unsupported } from "./fault.ts";
import type { Faults } from "./fault.ts";
import { labelFaults, percentFaults } from "./names.ts";
import { matchesSelector } from "./selector.ts";
import { selectorFaults } from "./validate-metadata.ts";
import { podTemplateFaults } from "./validate-pod.ts";

/** `before`: the spec as it was; undefined when the object is new. */
export function deploymentFaults(spec: JsonObject, before: JsonObject | undefined): Faults {
  const deadline = spec["progressDeadlineSeconds"];
  const tooShort = deadline !== undefined && numberOf(deadline) <= numberOf(spec["minReadySeconds"]);
  return [
    ...negative("spec.replicas", spec["replicas"]),
    ...ownSelectorFaults(spec, "deployment"),
    ...templateFaults(spec, "ReplicaSet"),
    ...deploymentStrategyFaults(mapOf(spec["strategy"]), "spec.strategy"),
    ...["minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds"].flatMap((field) => negative(`spec.${field}`, spec[field])),
    ...(tooShort ? [invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds")] : []),
    ...movedSelector(spec, before),
  ];
}

export function replicaSetFaults(spec: JsonObject, before: JsonObject | undefined): Faults {
  return [
    ...negative("spec.replicas", spec["replicas"]),
    ...negative("spec.minReadySeconds", spec["minReadySeconds"]),
    ...ownSelectorFaults(spec, "deployment"),
    ...templateFaults(spec, "ReplicaSet"),
    ...movedSelector(spec, before),
  ];
}

const mutableOfStatefulSet: readonly string[] = [
  "replicas",
  "ordinals",
  "template",
  "updateStrategy",
  "revisionHistoryLimit",
  "persistentVolumeClaimRetentionPolicy",
  "minReadySeconds",
];

export function statefulSetFaults(spec: JsonObject, before: JsonObject | undefined): Faults {
  const service = textOf(spec["serviceName"]);
  const retention = mapOf(spec["persistentVolumeClaimRetentionPolicy"]);
  return [
    ...(["OrderedReady", "Parallel"].includes(textOf(spec["podManagementPolicy"]))
      ? []
      : [invalid("spec.podManagementPolicy", spec["podManagementPolicy"], "must be 'OrderedReady' or 'Parallel'")]),
    ...statefulSetStrategyFaults(mapOf(spec["updateStrategy"]), "spec.updateStrategy"),
    ...["whenDeleted", "whenScaled"].flatMap((when) =>
      oneOf(`spec.persistentVolumeClaimRetentionPolicy.${when}`, retention[when], ["Retain", "Delete"]),
    ),
    ...negative("spec.replicas", spec["replicas"]),
    ...negative("spec.minReadySeconds", spec["minReadySeconds"]),
    ...negative("spec.ordinals.start", mapOf(spec["ordinals"])["start"]),
    ...(before === undefined && service !== "" ? broken("spec.serviceName", service, labelFaults(service)) : []),
    ...ownSelectorFaults(spec, "statefulset"),
    ...templateFaults(withClaims(spec), "StatefulSet"),
    ...(before === undefined || jsonEqual(fixed(spec), fixed(before))
      ? []
      : [
          forbidden(
            "spec",
            "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
          ),
        ]),
  ];
}

function fixed(spec: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(spec).filter(([field]) => !mutableOfStatefulSet.includes(field)));
}

/** The controller gives each pod a volume for each claim. */
function withClaims(spec: JsonObject): JsonObject {
  const claims = spec["volumeClaimTemplates"];
  if (!Array.isArray(claims)) return spec;
  const template = mapOf(spec["template"]);
  const podSpec = mapOf(template["spec"]);
  const volumes = (claims as readonly Json[]).map((claim) => ({ name: mapOf(mapOf(claim)["metadata"])["name"] ?? "", emptyDir: {} }));
  const own = Array.isArray(podSpec["volumes"]) ? (podSpec["volumes"] as readonly Json[]) : [];
  const kept = own.filter((volume) => !volumes.some(({ name }) => name === mapOf(volume)["name"]));
  return { ...spec, template: { ...template, spec: { ...podSpec, volumes: [...volumes, ...kept] } } };
}

export function daemonSetFaults(spec: JsonObject, before: JsonObject | undefined): Faults {
  const selector = mapOf(spec["selector"]);
  return [
    ...movedSelector(spec, before),
    ...selectorFaults(selector, "spec.selector"),
    ...(selectorFaults(selector, "").length > 0 ? [] : mismatch(spec)),
    ...(spec["selector"] !== null && isEmpty(selector)
      ? [invalid("spec.selector", selector, "empty selector is invalid for daemonset")]
      : []),
    ...podOfTemplateFaults(spec, "DaemonSet"),
    ...negative("spec.minReadySeconds", spec["minReadySeconds"]),
    ...daemonSetStrategyFaults(mapOf(spec["updateStrategy"]), "spec.updateStrategy"),
    ...negative("spec.revisionHistoryLimit", spec["revisionHistoryLimit"]),
  ];
}

function isEmpty(selector: JsonObject): boolean {
  return Object.keys(selector).length === 0;
}

function ownSelectorFaults(spec: JsonObject, kind: string): Faults {
  const { selector } = spec;
  if (selector === null || selector === undefined) return [required("spec.selector")];
  const faults = selectorFaults(selector, "spec.selector");
  if (faults.length > 0) return [...faults, invalid("spec.selector", selector, kind === "statefulset" ? "" : "invalid label selector")];
  return isEmpty(mapOf(selector)) ? [invalid("spec.selector", selector, `empty selector is invalid for ${kind}`)] : [];
}

function movedSelector(spec: JsonObject, before: JsonObject | undefined): Faults {
  return before === undefined || jsonEqual(spec["selector"], before["selector"]) ? [] : [immutable("spec.selector", spec["selector"])];
}

/** A selector that is none says nothing about the template. */
function templateFaults(spec: JsonObject, controller: string): Faults {
  if (selectorFaults(spec["selector"], "").length > 0) return [];
  const everything = spec["selector"] !== null && isEmpty(mapOf(spec["selector"]));
  return [...(everything ? [] : mismatch(spec)), ...podOfTemplateFaults(spec, controller)];
}

/** A selector that is not there matches nothing. */
function mismatch(spec: JsonObject): Faults {
  const labels = mapOf(mapOf(spec["template"])["metadata"])["labels"];
  const { selector } = spec;
  const matches = selector !== null && matchesSelector(mapOf(selector), mapOf(labels) as Readonly<Record<string, string>>);
  return matches ? [] : [invalid("spec.template.metadata.labels", labels, "`selector` does not match template `labels`")];
}

function podOfTemplateFaults(spec: JsonObject, controller: string): Faults {
  const podSpec = mapOf(mapOf(spec["template"])["spec"]);
  return [
    ...podTemplateFaults(spec["template"], "spec.template"),
    ...oneOf("spec.template.spec.restartPolicy", podSpec["restartPolicy"], ["Always"]),
    ...(podSpec["activeDeadlineSeconds"] === undefined
      ? []
      : [forbidden("spec.template.spec.activeDeadlineSeconds", `activeDeadlineSeconds in ${controller} is not Supported`)]),
  ];
}

function deploymentStrategyFaults({ type, rollingUpdate }: JsonObject, path: string): Faults {
  if (type === "Recreate")
    return rollingUpdate === undefined
      ? []
      : [forbidden(`${path}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'")];
  if (type !== "RollingUpdate") return [unsupported(path, { type: type ?? "" }, ["Recreate", "RollingUpdate"])];
  const at = `${path}.rollingUpdate`;
  const { maxUnavailable, maxSurge } = mapOf(rollingUpdate);
  return [
    ...amountFaults(maxUnavailable, `${at}.maxUnavailable`),
    ...amountFaults(maxSurge, `${at}.maxSurge`),
    ...(amountOf(maxUnavailable) === 0 && amountOf(maxSurge) === 0
      ? [invalid(`${at}.maxUnavailable`, maxUnavailable, "may not be 0 when `maxSurge` is 0")]
      : []),
    ...beyondAll(maxUnavailable, `${at}.maxUnavailable`),
  ];
}

function statefulSetStrategyFaults({ type, rollingUpdate }: JsonObject, path: string): Faults {
  if (type === "OnDelete")
    return rollingUpdate === undefined
      ? []
      : [invalid(`${path}.rollingUpdate`, rollingUpdate, "only allowed for updateStrategy 'RollingUpdate'")];
  if (type !== "RollingUpdate") return [invalid(path, { type: type ?? "" }, "must be 'RollingUpdate' or 'OnDelete'")];
  return negative(`${path}.rollingUpdate.partition`, mapOf(rollingUpdate)["partition"]);
}

function daemonSetStrategyFaults({ type, rollingUpdate }: JsonObject, path: string): Faults {
  if (type === "OnDelete") return [];
  if (type !== "RollingUpdate") return [unsupported(path, { type: type ?? "" }, ["RollingUpdate", "OnDelete"])];
  const at = `${path}.rollingUpdate`;
  const { maxUnavailable, maxSurge } = mapOf(rollingUpdate);
  const [away, more] = [amountOf(maxUnavailable) !== 0, amountOf(maxSurge) !== 0];
  return [
    ...["maxUnavailable", "maxSurge"].flatMap((field) => amountFaults(mapOf(rollingUpdate)[field], `${at}.${field}`)),
    ...["maxUnavailable", "maxSurge"].flatMap((field) => beyondAll(mapOf(rollingUpdate)[field], `${at}.${field}`)),
    ...(away && more ? [invalid(`${at}.maxSurge`, maxSurge, "may not be set when maxUnavailable is non-zero")] : []),
    ...(!away && !more ? [required(`${at}.maxUnavailable`, "cannot be 0 when maxSurge is 0")] : []),
  ];
}

/** A whole number or a percentage. */
export function amountFaults(amount: Json | undefined, path: string): Faults {
  return typeof amount === "string" ? broken(path, amount, percentFaults(amount)) : negative(path, amount);
}

function amountOf(amount: Json | undefined): number {
  return typeof amount === "string" ? Number.parseInt(amount, 10) || 0 : numberOf(amount);
}

export function beyondAll(amount: Json | undefined, path: string): Faults {
  const isMore = typeof amount === "string" && percentFaults(amount).length === 0 && amountOf(amount) > 100;
  return isMore ? [invalid(path, amount, "must not be greater than 100%")] : [];
}
