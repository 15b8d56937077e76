/**
 * PURE. A pod that refers to a ConfigMap, a Secret or a key which is not there waits for ever, and nothing is to be made where one
 * that is there is a slip of the finger away: the reference is corrected. ConfigMaps can be looked at; of Secrets only what running
 * pods refer to is known, so that nothing is read of them.
 */
import type { ActionOf } from "../action/action.ts";
import { pointer } from "../kubernetes/json.ts";
import { isReady, nameOf, refOf } from "../kubernetes/object.ts";
import type { Container, PodSpec, Workload } from "../kubernetes/object.ts";
import type { Cause, Evidence, Hypothesis } from "./cause.ts";
import { failingWorkloads, namedPods } from "./failing.ts";
import { nearName } from "./near-name.ts";
import { targetOf } from "./owner.ts";
import { messagesAbout } from "./reference-missing.ts";
import { replaceBroken } from "./remedy.ts";
import { listed, quoted } from "./wording.ts";

interface Reference {
  readonly kind: "ConfigMap" | "Secret";
  readonly name: string;
  readonly namePath: string;
  /** Absent where all keys are taken. */
  readonly key?: { readonly name: string; readonly path: string };
}

interface Correction {
  readonly path: string;
  readonly to: string;
  /** `ConfigMap "app-confg"`, and what is meant. */
  readonly said: string;
  readonly meant: string;
}

export const referenceMisspelt: Cause = {
  name: "reference-misspelt",
  diagnose: (evidence) =>
    failingWorkloads(evidence, (pod) => {
      const said = messagesAbout(pod, evidence);
      return said.length === 0 ? [] : [said];
    }).flatMap(({ workload, sightings }) => {
      const said = sightings.flatMap(({ symptom }) => symptom);
      const corrections = referencesIn(workload.spec.template.spec).flatMap((reference) => correctionOf(reference, said, evidence) ?? []);
      const pods = namedPods(sightings.map(({ pod }) => pod));
      return corrections.length === 0 ? [] : [hypothesis(workload, corrections, pods, evidence)];
    }),
};

function hypothesis(workload: Workload, corrections: readonly Correction[], pods: string, evidence: Evidence): Hypothesis {
  const name = nameOf(refOf(workload));
  const operations = corrections.map(({ path, to }): ActionOf<"patch">["operations"][number] => ({ op: "replace", path, value: to }));
  const distinct = [...new Map(corrections.map((one) => [one.said, one])).values()];
  return {
    cause: referenceMisspelt.name,
    component: refOf(workload),
    confidence: 0.87,
    evidence: [
      `${pods} of ${name} could not start.`,
      ...distinct.map(({ said, to }) => `${name} refers to ${said}, which is not there; ${quoted(to, 80)} is.`),
    ],
    remedies: [
      {
        intent: `Let ${name} refer to ${listed(distinct.map(({ meant }) => meant))}.`,
        actions: [{ type: "patch", target: targetOf(workload, evidence), operations }, ...replaceBroken(workload, evidence)],
      },
    ],
  };
}

/** Undefined unless the kubelet says that it is missing, and exactly one that is there is near. */
function correctionOf({ kind, name, namePath, key }: Reference, said: readonly string[], evidence: Evidence): Correction | undefined {
  const names =
    kind === "ConfigMap" ? evidence.configMaps.map(({ metadata }) => metadata.name) : secretsInUse(evidence).map((one) => one.name);
  if (!names.includes(name)) {
    const isSaid = said.some((message) => message.includes(`${kind.toLowerCase()} "${name}" not found`));
    const near = isSaid ? nearName(name, names) : undefined;
    const named = (which: string): string => `${kind} ${quoted(which, 80)}`;
    return near === undefined ? undefined : { path: namePath, to: near, said: named(name), meant: named(near) };
  }
  const isKeySaid = (message: string): boolean =>
    message === `couldn't find key ${key?.name} in ${kind} ${evidence.namespace}/${name}` ||
    message.endsWith(`configmap references non-existent config key: ${key?.name}`);
  if (key === undefined || !said.some(isKeySaid)) return undefined;
  const near = nearName(key.name, keysOf(kind, name, evidence));
  const keyNamed = (which: string): string => `key ${quoted(which, 80)} of ${kind} ${name}`;
  return near === undefined ? undefined : { path: key.path, to: near, said: keyNamed(key.name), meant: keyNamed(near) };
}

function keysOf(kind: Reference["kind"], name: string, evidence: Evidence): readonly string[] {
  if (kind === "Secret") return secretsInUse(evidence).flatMap((one) => (one.name === name ? (one.key?.name ?? []) : []));
  return Object.keys(evidence.configMaps.find(({ metadata }) => metadata.name === name)?.data ?? {});
}

/** What pods refer to that are ready is there. */
function secretsInUse({ pods }: Evidence): readonly Reference[] {
  return pods.filter(isReady).flatMap(({ spec }) => referencesIn(spec).filter(({ kind }) => kind === "Secret"));
}

const template = "/spec/template/spec";

/** Of what may be corrected; the Secret of a volume is not among it. */
function referencesIn(spec: PodSpec): readonly Reference[] {
  return [
    ...(["initContainers", "containers"] as const).flatMap((list) =>
      (spec[list] ?? []).flatMap((container, index) => referencesOf(container, `${template}${pointer(list, index)}`)),
    ),
    ...(spec.volumes ?? []).flatMap(({ configMap }, index): Reference[] => {
      if (configMap?.name === undefined) return [];
      const at = `${template}${pointer("volumes", index, "configMap")}`;
      const named = { kind: "ConfigMap" as const, name: configMap.name, namePath: `${at}/name` };
      const keys = (configMap.items ?? []).map(({ key }, item) => ({ name: key, path: `${at}${pointer("items", item, "key")}` }));
      return keys.length === 0 ? [named] : keys.map((key) => ({ ...named, key }));
    }),
  ];
}

function referencesOf({ env = [], envFrom = [] }: Container, at: string): readonly Reference[] {
  return [
    ...env.flatMap(({ valueFrom }, index): Reference[] =>
      (["configMapKeyRef", "secretKeyRef"] as const).flatMap((field) => {
        const ref = valueFrom?.[field];
        const place = `${at}${pointer("env", index, "valueFrom", field)}`;
        return ref === undefined
          ? []
          : [{ kind: kindOf(field), name: ref.name, namePath: `${place}/name`, key: { name: ref.key, path: `${place}/key` } }];
      }),
    ),
    ...envFrom.flatMap((source, index): Reference[] =>
      (["configMapRef", "secretRef"] as const).flatMap((field) => {
        const ref = source[field];
        return ref === undefined
          ? []
          : [{ kind: kindOf(field), name: ref.name, namePath: `${at}${pointer("envFrom", index, field, "name")}` }];
      }),
    ),
  ];
}

function kindOf(field: string): Reference["kind"] {
  return field.startsWith("secret") ? "Secret" : "ConfigMap";
}
