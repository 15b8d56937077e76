/**
 * PURE. The rules for autoscalers, CronJobs, budgets, nodes and admission webhooks. Schedules are looked at, not
 * understood. Source: Kubernetes `pkg/apis/{autoscaling,batch,policy,core,admissionregistration}/validation`.
 */
import { jsonEqual } from "../../../kubernetes/json.ts";
import type { Json, JsonObject } from "../../../kubernetes/json.ts";
import {
  broken,
  duplicate,
  forbidden,
  invalid,
  listOf,
  mapOf,
  negative,
  numberOf,
  objectsIn,
  oneOf,
  required,
  textOf,
  unsupported,
} from "./fault.ts";
import type { Faults } from "./fault.ts";
import { label1035Faults, labelValueFaults, qualifiedNameFaults, subdomainFaults } from "./names.ts";
import { selectorFaults } from "./validate-metadata.ts";
import { taintEffects } from "./validate-placement.ts";
import { podTemplateFaults } from "./validate-pod.ts";
import { amountFaults, beyondAll } from "./validate-workload.ts";

export function autoscalerFaults(spec: JsonObject): Faults {
  const { minReplicas, maxReplicas } = spec;
  const target = mapOf(spec["scaleTargetRef"]);
  const metrics = objectsIn(spec["metrics"]);
  const [least, most] = [numberOf(minReplicas), numberOf(maxReplicas)];
  const outside = metrics.some((metric) => metric["type"] === "Object" || metric["type"] === "External");
  return [
    ...(least < 1 ? [invalid("spec.minReplicas", minReplicas, "must be greater than or equal to 1")] : []),
    ...(most < 1 ? [invalid("spec.maxReplicas", most, "must be greater than 0")] : []),
    ...(most < least ? [invalid("spec.maxReplicas", most, "must be greater than or equal to `minReplicas`")] : []),
    ...["kind", "name"].filter((field) => textOf(target[field]) === "").map((field) => required(`spec.scaleTargetRef.${field}`)),
    ...(textOf(target["apiVersion"]) === "" ? [invalid("spec.scaleTargetRef.apiVersion", "", "apiVersion must specify API group")] : []),
    ...metrics.flatMap((metric, index) => metricFaults(metric, `spec.metrics[${index}]`)),
    ...(least === 0 && !outside
      ? [forbidden("spec.metrics", "must specify at least one Object or External metric to support scaling to zero replicas")]
      : []),
    ...["scaleUp", "scaleDown"].flatMap((way) => scalingFaults(mapOf(mapOf(spec["behavior"])[way]), `spec.behavior.${way}`)),
  ];
}

const metricTypes: readonly string[] = ["ContainerResource", "External", "Object", "Pods", "Resource"];

function metricFaults(metric: JsonObject, at: string): Faults {
  const type = textOf(metric["type"]);
  if (!metricTypes.includes(type)) return [unsupported(`${at}.type`, type, metricTypes)];
  const field = type.charAt(0).toLowerCase() + type.slice(1);
  const source = metric[field];
  if (source === undefined) return [required(`${at}.${field}`, "must populate information for the given metric source")];
  return targetFaults(mapOf(mapOf(source)["target"]), type, `${at}.${field}.target`);
}

function targetFaults(target: JsonObject, type: string, at: string): Faults {
  const word = textOf(target["type"]);
  const { averageUtilization, averageValue } = target;
  const ofResource = type === "Resource" || type === "ContainerResource";
  return [
    ...(word === "" ? [required(`${at}.type`, "must specify a metric target type")] : []),
    ...(["Utilization", "Value", "AverageValue"].includes(word)
      ? []
      : [invalid(`${at}.type`, word, "must be either Utilization, Value, or AverageValue")]),
    ...(averageUtilization !== undefined && numberOf(averageUtilization) < 1
      ? [invalid(`${at}.averageUtilization`, averageUtilization, "must be greater than 0")]
      : []),
    ...(ofResource && averageUtilization === undefined && averageValue === undefined
      ? [required(`${at}.averageUtilization`, "must set either a target raw value or a target utilization")]
      : []),
  ];
}

function scalingFaults(rules: JsonObject, at: string): Faults {
  const { stabilizationWindowSeconds: window, selectPolicy } = rules;
  return [
    ...(window !== undefined && numberOf(window) < 0
      ? [invalid(`${at}.stabilizationWindowSeconds`, window, "must be greater than or equal to zero")]
      : []),
    ...(selectPolicy === undefined ? [] : oneOf(`${at}.selectPolicy`, selectPolicy, ["Disabled", "Max", "Min"])),
  ];
}

/** `before`: the spec as it was; undefined when the object is new. */
export function cronJobFaults(spec: JsonObject, before: JsonObject | undefined): Faults {
  const zone = spec["timeZone"];
  const job = mapOf(mapOf(spec["jobTemplate"])["spec"]);
  const restarts = textOf(mapOf(mapOf(job["template"])["spec"])["restartPolicy"]);
  const at = "spec.jobTemplate.spec";
  return [
    ...scheduleFaults(textOf(spec["schedule"])),
    ...negative("spec.startingDeadlineSeconds", spec["startingDeadlineSeconds"]),
    ...(zone === undefined || jsonEqual(zone, before?.["timeZone"]) ? [] : zoneFaults(textOf(zone))),
    ...oneOf("spec.concurrencyPolicy", spec["concurrencyPolicy"], ["Allow", "Forbid", "Replace"]),
    ...["parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished"].flatMap((field) =>
      negative(`${at}.${field}`, job[field]),
    ),
    ...podTemplateFaults(job["template"], `${at}.template`),
    ...(restarts === "Always" ? [required(`${at}.template.spec.restartPolicy`, 'valid values: "OnFailure", "Never"')] : []),
    ...["successfulJobsHistoryLimit", "failedJobsHistoryLimit"].flatMap((field) => negative(`spec.${field}`, spec[field])),
  ];
}

function scheduleFaults(schedule: string): Faults {
  if (schedule === "") return [required("spec.schedule")];
  if (schedule.startsWith("@")) return [];
  const fields = schedule.split(/\s+/).filter((field) => field !== "");
  return fields.length === 5
    ? []
    : [invalid("spec.schedule", schedule, `expected exactly 5 fields, found ${fields.length}: [${fields.join(" ")}]`)];
}

function zoneFaults(zone: string): Faults {
  const unknown = invalid("spec.timeZone", zone, `unknown time zone ${zone}`);
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).format(0) === "" ? [unknown] : [];
  } catch {
    return [unknown];
  }
}

export function budgetFaults(spec: JsonObject): Faults {
  const { minAvailable, maxUnavailable, unhealthyPodEvictionPolicy: policy } = spec;
  return [
    ...(minAvailable !== undefined && maxUnavailable !== undefined
      ? [invalid("spec", spec, "minAvailable and maxUnavailable cannot be both set")]
      : []),
    ...["minAvailable", "maxUnavailable"].flatMap((field) => [
      ...amountFaults(spec[field], `spec.${field}`),
      ...beyondAll(spec[field], `spec.${field}`),
    ]),
    ...selectorFaults(spec["selector"], "spec.selector"),
    ...(policy === undefined ? [] : oneOf("spec.unhealthyPodEvictionPolicy", policy, ["AlwaysAllow", "IfHealthyBudget"])),
  ];
}

export function nodeFaults(spec: JsonObject, before: JsonObject | undefined): Faults {
  const moved = (field: string): boolean => before?.[field] !== undefined && !jsonEqual(spec[field], before[field]);
  return [
    ...(moved("podCIDRs") ? [forbidden("spec.podCIDRs", 'node updates may not change podCIDR except from "" to valid')] : []),
    ...(moved("providerID") ? [forbidden("spec.providerID", 'node updates may not change providerID except from "" to valid')] : []),
    ...taintsFaults(spec["taints"]),
  ];
}

/** The server names the wrong place for them. */
function taintsFaults(taints: Json | undefined): Faults {
  const seen = new Set<string>();
  return objectsIn(taints).flatMap((taint, index) => {
    const at = `metadata.taints[${index}]`;
    const [key, effect, value] = [textOf(taint["key"]), textOf(taint["effect"]), textOf(taint["value"])];
    const twice = seen.has(`${key}:${effect}`);
    seen.add(`${key}:${effect}`);
    return [
      ...broken(`${at}.key`, key, qualifiedNameFaults(key)),
      ...broken(`${at}.value`, value, labelValueFaults(value)),
      ...(effect === "" ? [required(`${at}.effect`)] : oneOf(`${at}.effect`, effect, taintEffects)),
      ...(twice ? [duplicate(at, taint, "taints must be unique by key and effect pair")] : []),
    ];
  });
}

const verbs: readonly string[] = ["*", "CONNECT", "CREATE", "DELETE", "UPDATE"];

export function webhooksFaults(webhooks: Json | undefined, mutating: boolean): Faults {
  const names = new Set<string>();
  return objectsIn(webhooks).flatMap((webhook, index) => {
    const at = `webhooks[${index}]`;
    const name = textOf(webhook["name"]);
    const twice = names.has(name);
    names.add(name);
    const versions = listOf(webhook["admissionReviewVersions"]);
    return [
      ...domainFaults(name, `${at}.name`),
      ...objectsIn(webhook["rules"]).flatMap((rule, position) => hookRuleFaults(rule, `${at}.rules[${position}]`)),
      ...oneOf(`${at}.failurePolicy`, webhook["failurePolicy"], ["Fail", "Ignore"]),
      ...sideEffectFaults(webhook["sideEffects"], `${at}.sideEffects`),
      ...timeoutFaults(numberOf(webhook["timeoutSeconds"]), `${at}.timeoutSeconds`),
      ...selectorFaults(webhook["namespaceSelector"], `${at}.namespaceSelector`),
      ...selectorFaults(webhook["objectSelector"], `${at}.objectSelector`),
      ...(mutating ? oneOf(`${at}.reinvocationPolicy`, webhook["reinvocationPolicy"], ["IfNeeded", "Never"]) : []),
      ...clientFaults(mapOf(webhook["clientConfig"]), `${at}.clientConfig`),
      ...(versions.length === 0 ? [required(`${at}.admissionReviewVersions`, "must specify one of v1, v1beta1")] : []),
      ...versions.flatMap((version, position) =>
        broken(`${at}.admissionReviewVersions[${position}]`, version, label1035Faults(textOf(version))),
      ),
      ...(twice ? [duplicate(`${at}.name`, name)] : []),
    ];
  });
}

function domainFaults(name: string, path: string): Faults {
  const faults = subdomainFaults(name);
  if (faults.length > 0) return broken(path, name, faults);
  return name.split(".").length < 3 ? [invalid(path, name, "should be a domain with at least three segments separated by dots")] : [];
}

function hookRuleFaults(rule: JsonObject, at: string): Faults {
  return [
    ...(listOf(rule["operations"]).length === 0 ? [required(`${at}.operations`)] : []),
    ...listOf(rule["operations"]).flatMap((verb, index) => oneOf(`${at}.operations[${index}]`, verb, verbs)),
    ...["apiGroups", "apiVersions", "resources"]
      .filter((field) => listOf(rule[field]).length === 0)
      .map((field) => required(`${at}.${field}`)),
  ];
}

function sideEffectFaults(effects: Json | undefined, path: string): Faults {
  const allowed = ["None", "NoneOnDryRun"];
  return effects === undefined || effects === null
    ? [required(path, "must specify one of None, NoneOnDryRun")]
    : oneOf(path, effects, allowed);
}

function timeoutFaults(seconds: number, path: string): Faults {
  return seconds >= 1 && seconds <= 30 ? [] : [invalid(path, seconds, "the timeout value must be between 1 and 30 seconds")];
}

function clientFaults({ url, service }: JsonObject, at: string): Faults {
  if ((url === undefined) === (service === undefined)) return [required(at, "exactly one of url or service is required")];
  const [scheme = ""] = textOf(url).split(":");
  return url === undefined || scheme === "https"
    ? []
    : [invalid(`${at}.url`, scheme, "'https' is the only allowed URL scheme; desired format: https://host[/path]")];
}
