/**
 * PURE. The kubelet does not create a container whose environment names a ConfigMap key that is not there: it waits with
 * CreateContainerConfigError and `couldn't find key K in ConfigMap ns/name` (kubernetes pkg/kubelet/kubelet_pods.go),
 * and tries again by itself once the key is back: no restart needed. Nothing in the API keeps a ConfigMap's history.
 */
import type { Action } from "../action/action.ts";
import { asJson, nameOf, refOf } from "../kubernetes/object.ts";
import type { ConfigMap, Container, Pod, PodTemplate, Workload } from "../kubernetes/object.ts";
import { pointer, valueAt } from "../kubernetes/json.ts";
import type { Cause, Evidence, Hypothesis, Remedy } from "./cause.ts";
import { containersOf, containerStatusesOf, namedPods } from "./failing.ts";
import { blameOfChange, historyOf, newestPodsOf } from "./history.ts";
import { lastApplied } from "./last-applied.ts";
import { isLive, targetOf, workloadOf } from "./owner.ts";
import { describeChange, putBack } from "./remedy.ts";
import { listed, quoted } from "./wording.ts";

interface KeyRef {
  readonly configMap: string;
  readonly key: string;
}

interface Waiting {
  readonly pod: Pod;
  readonly refs: readonly KeyRef[];
}

/** A patch may hold no more operations (action.ts). */
const keysMax = 20;

export const configmapKeyMissing: Cause = {
  name: "configmap-key-missing",
  diagnose: (evidence) => {
    const waiting = evidence.pods.filter(isLive).flatMap((pod) => {
      const refs = keysMissingFor(pod, evidence);
      return refs.length === 0 ? [] : [{ pod, refs }];
    });
    return evidence.configMaps.flatMap((configMap) => {
      const concerned = waiting.filter(({ refs }) => refs.some((ref) => ref.configMap === configMap.metadata.name));
      return concerned.length === 0 ? [] : hypotheses(configMap, concerned, evidence);
    });
  },
};

/**
 * The references of the pod's waiting containers whose key is not in the ConfigMap now. The kubelet's message only
 * confirms: names come from the pod's spec. Empty when the message is about anything else.
 */
export function keysMissingFor(pod: Pod, evidence: Evidence): readonly KeyRef[] {
  const messages = containerStatusesOf(pod).flatMap(({ name, state }) =>
    state?.waiting?.reason === "CreateContainerConfigError" ? [{ container: name, message: state.waiting.message }] : [],
  );
  return messages.flatMap(({ container, message }) => {
    const refs = containersOf(pod.spec)
      .filter(({ name }) => name === container)
      .flatMap(keyRefsOf)
      .filter((ref) => isMissing(ref, evidence));
    const said = refs.some(({ key, configMap }) => message === `couldn't find key ${key} in ConfigMap ${evidence.namespace}/${configMap}`);
    return said ? refs : [];
  });
}

function keyRefsOf(container: Container): readonly KeyRef[] {
  return (container.env ?? []).flatMap(({ valueFrom }) => {
    const ref = valueFrom?.configMapKeyRef;
    return ref === undefined || ref.optional === true ? [] : [{ configMap: ref.name, key: ref.key }];
  });
}

function isMissing({ configMap, key }: KeyRef, evidence: Evidence): boolean {
  const found = evidence.configMaps.find(({ metadata }) => metadata.name === configMap);
  return found !== undefined && !Object.hasOwn(found.data ?? {}, key);
}

function hypotheses(configMap: ConfigMap, waiting: readonly Waiting[], evidence: Evidence): readonly Hypothesis[] {
  const name = configMap.metadata.name;
  const keys = [...new Set(waiting.flatMap(({ refs }) => refs.filter((ref) => ref.configMap === name).map(({ key }) => key)))].sort();
  const workloads = [...new Set(waiting.flatMap(({ pod }) => workloadOf(pod, evidence) ?? []))];
  const restoring = restoreKeys(configMap, keys, evidence);
  const blamed = workloads.flatMap((workload) => blameReference(workload, name, keys, waiting, evidence) ?? []);
  const seen = [
    `${nameOf(refOf(configMap))} has no key ${listed(keys.map((key) => quoted(key)))}.`,
    `${namedPods(waiting.map(({ pod }) => pod))} could not start without it.`,
    ...workloads.map((workload) => `${nameOf(refOf(workload))} refers to that key.`),
  ];
  const [only] = blamed;
  if (restoring.length === 0 && only !== undefined && blamed.length === workloads.length)
    return blamed.map((hypothesis) => ({ ...hypothesis, evidence: [...seen, ...hypothesis.evidence] }));
  const known =
    restoring.length > 0
      ? "The manifest that was last applied to the ConfigMap still has the value."
      : "The value that the key had is not known: Kubernetes keeps no history of a ConfigMap.";
  return [
    {
      cause: configmapKeyMissing.name,
      component: refOf(configMap),
      confidence: restoring.length > 0 ? 0.95 : 0.8,
      evidence: [...seen, known],
      remedies: [...restoring, ...blamed.flatMap(({ remedies }) => remedies)],
    },
  ];
}

/** Every missing key with its value from the manifest last applied; nothing when one is unknown: half would not help. */
function restoreKeys(configMap: ConfigMap, keys: readonly string[], evidence: Evidence): readonly Remedy[] {
  const manifest = lastApplied(configMap);
  if (manifest === undefined || keys.length > keysMax || valueAt(asJson(configMap), "/immutable") === true) return [];
  const values: [string, string][] = [];
  for (const key of keys) {
    const value = valueAt(manifest, pointer("data", key));
    if (typeof value !== "string") return [];
    values.push([key, value]);
  }
  const operations: Extract<Action, { type: "patch" }>["operations"] =
    configMap.data === undefined
      ? [{ op: "add", path: "/data", value: Object.fromEntries(values) }]
      : values.map(([key, value]) => ({ op: "add", path: pointer("data", key), value }));
  return [
    {
      intent: `Add the missing key ${listed(keys.map((key) => quoted(key, 80)))} to ${nameOf(refOf(configMap))} as last applied.`,
      actions: [{ type: "patch", target: targetOf(configMap, evidence), operations }],
    },
  ];
}

/** The workload is at fault when its newest template is the first to ask for one of the keys. */
function blameReference(
  workload: Workload,
  configMap: string,
  keys: readonly string[],
  waiting: readonly Waiting[],
  evidence: Evidence,
): Hypothesis | undefined {
  const newest = newestPodsOf(workload, evidence);
  if (!waiting.some(({ pod }) => newest.includes(pod))) return undefined;
  const asks = (template: PodTemplate): boolean =>
    containersOf(template.spec)
      .flatMap(keyRefsOf)
      .some((ref) => ref.configMap === configMap && keys.includes(ref.key));
  const history = historyOf(workload, evidence);
  const revisions = history.earlier.filter(({ template }) => !asks(template));
  const [best] = revisions;
  if (best === undefined || best.number !== history.earlier[0]?.number) return undefined;
  return {
    cause: configmapKeyMissing.name,
    component: refOf(workload),
    confidence: Math.min(0.95, blameOfChange(workload, history, evidence.atMs) + 0.05),
    evidence: [`Revision ${best.number} did not ask for the key.`, ...describeChange(workload, best)],
    remedies: putBack(workload, revisions, evidence),
  };
}
