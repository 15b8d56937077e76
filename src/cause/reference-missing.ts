/**
 * PURE. The kubelet does not start a pod that refers to a ConfigMap or Secret which is not there, or to a key that it has not:
 * an environment waits with CreateContainerConfigError and `secret "X" not found`, a volume with the event FailedMount and the
 * same words (kubernetes pkg/kubelet, pkg/volume). It tries again by itself. Secrets are never read and never made here: only
 * the reference can go back to what it was, or nearly was.
 */
import type { Container, ObjectRef, Pod, PodTemplate, Workload } from "../kubernetes/object.ts";
import { nameOf, refOf } from "../kubernetes/object.ts";
import type { Cause, Evidence, Hypothesis } from "./cause.ts";
import { containersOf, containerStatusesOf, failingWorkloads, namedPods } from "./failing.ts";
import { historyOf } from "./history.ts";
import { workloadOf } from "./owner.ts";
import { describeChange, putBack } from "./remedy.ts";
import { quoted } from "./wording.ts";

type Kind = "ConfigMap" | "Secret" | "PersistentVolumeClaim";

interface Missing {
  readonly kind: Kind;
  readonly name: string;
  /** It is there without this key. Of Secrets alone: a ConfigMap's keys have a cause of their own. */
  readonly key?: string;
}

const eventMaxMs = 1_800_000;
const said: Readonly<Record<Kind, string>> = { ConfigMap: "configmap", Secret: "secret", PersistentVolumeClaim: "persistentvolumeclaim" };

export const referenceMissing: Cause = {
  name: "reference-missing",
  diagnose: (evidence) => [
    ...failingWorkloads(evidence, (pod) => missingFor(pod, evidence)).flatMap(({ workload, sightings }) => {
      const distinct = sightings.map(({ symptom }) => symptom).filter(isFirst);
      return distinct.map((missing) =>
        hypothesis(workload, missing, namedPods(sightings.filter(({ symptom }) => same(symptom, missing)).map(({ pod }) => pod)), evidence),
      );
    }),
    ...evidence.pods
      .filter((pod) => workloadOf(pod, evidence) === undefined)
      .flatMap((pod) => missingFor(pod, evidence).map((missing) => withoutRemedy(missing, namedPods([pod]), evidence))),
  ],
};

function isFirst(missing: Missing, index: number, all: readonly Missing[]): boolean {
  return all.findIndex((other) => same(other, missing)) === index;
}

function same(left: Missing, right: Missing): boolean {
  return left.kind === right.kind && left.name === right.name && left.key === right.key;
}

/** What is said not to be there, as far as the pod refers to it. Names come from the pod's spec. */
export function missingFor(pod: Pod, evidence: Evidence): readonly Missing[] {
  const messages = messagesAbout(pod, evidence);
  const gone = referencesOf(pod.spec).filter(
    (reference) =>
      isGone(reference, evidence) && messages.some((message) => message.includes(`${said[reference.kind]} "${reference.name}" not found`)),
  );
  return [
    ...gone,
    ...keysOf(pod.spec).filter(({ name, key }) => messages.includes(`couldn't find key ${key} in Secret ${evidence.namespace}/${name}`)),
  ];
}

/** What the kubelet and the scheduler say of a pod that does not start. */
export function messagesAbout(pod: Pod, evidence: Evidence): readonly string[] {
  return [
    ...containerStatusesOf(pod).flatMap(({ state }) => state?.waiting?.message ?? []),
    ...(pod.status?.conditions ?? []).flatMap(({ type, message }) => (type === "PodScheduled" ? (message ?? []) : [])),
    ...evidence.events
      .filter(
        ({ involvedObject, reason }) =>
          involvedObject.uid === pod.metadata.uid && (reason === "FailedMount" || reason === "FailedScheduling"),
      )
      .filter(({ lastTimestamp }) => !(evidence.atMs - Date.parse(lastTimestamp ?? "") > eventMaxMs))
      .map(({ message = "" }) => message),
  ];
}

function isGone({ kind, name }: Missing, evidence: Evidence): boolean {
  if (kind === "ConfigMap") return !evidence.configMaps.some(({ metadata }) => metadata.name === name);
  if (kind === "Secret") return true;
  return evidence.listed.PersistentVolumeClaim?.some(({ metadata }) => metadata.name === name) !== true;
}

function of(kind: Kind, name: string | undefined, optional: boolean | undefined): Missing[] {
  return name === undefined || optional === true ? [] : [{ kind, name }];
}

function referencesOf(spec: PodTemplate["spec"]): readonly Missing[] {
  return [
    ...containersOf(spec).flatMap(({ env = [], envFrom = [] }: Container) => [
      ...env.flatMap(({ valueFrom }) => [
        ...of("ConfigMap", valueFrom?.configMapKeyRef?.name, valueFrom?.configMapKeyRef?.optional),
        ...of("Secret", valueFrom?.secretKeyRef?.name, valueFrom?.secretKeyRef?.optional),
      ]),
      ...envFrom.flatMap(({ configMapRef, secretRef }) => [
        ...of("ConfigMap", configMapRef?.name, configMapRef?.optional),
        ...of("Secret", secretRef?.name, secretRef?.optional),
      ]),
    ]),
    ...(spec.volumes ?? []).flatMap(({ configMap, secret, persistentVolumeClaim }) => [
      ...of("ConfigMap", configMap?.name, configMap?.optional),
      ...of("Secret", secret?.secretName, secret?.optional),
      ...of("PersistentVolumeClaim", persistentVolumeClaim?.claimName, false),
    ]),
  ];
}

function keysOf(spec: PodTemplate["spec"]): readonly Missing[] {
  return containersOf(spec).flatMap(({ env = [] }) =>
    env.flatMap(({ valueFrom }): Missing[] => {
      const ref = valueFrom?.secretKeyRef;
      return ref === undefined || ref.optional === true ? [] : [{ kind: "Secret", name: ref.name, key: ref.key }];
    }),
  );
}

/** `Secret "db" is not there`, `Secret "db" has no key "password"`. */
function lacks({ kind, name, key }: Missing): string {
  return `${kind} ${quoted(name, 80)} ${key === undefined ? "is not there" : `has no key ${quoted(key, 80)}`}`;
}

function hypothesis(workload: Workload, missing: Missing, pods: string, evidence: Evidence): Hypothesis {
  const history = historyOf(workload, evidence);
  const refers = missing.key === undefined ? referencesOf : keysOf;
  const revisions = history.earlier.filter(({ template }) => !refers(template.spec).some((reference) => same(reference, missing)));
  const [best] = revisions;
  if (best === undefined) return withoutRemedy(missing, `${pods} of ${nameOf(refOf(workload))}`, evidence);
  const ref: ObjectRef = refOf(workload);
  return {
    cause: referenceMissing.name,
    component: ref,
    confidence: best.readyPods > 0 ? 0.95 : 0.9,
    evidence: [
      `${pods} of ${nameOf(ref)} could not start: ${lacks(missing)}.`,
      `Revision ${best.number} did not refer to it.`,
      ...describeChange(workload, best),
    ],
    remedies: putBack(workload, revisions, evidence, ({ what }) => what === "volumes" || /: env(?:From)?$/.test(what)),
  };
}

const todo: Readonly<Record<Kind, string>> = {
  ConfigMap: "What it held is not known: make it again, or correct the reference.",
  Secret: "Nobody here may read or make Secrets: make it again from where its content is kept, or correct the reference.",
  PersistentVolumeClaim: "Volumes are not for Stratus to make: make the claim, or correct the reference.",
};

function withoutRemedy(missing: Missing, who: string, evidence: Evidence): Hypothesis {
  const { kind, name } = missing;
  return {
    cause: referenceMissing.name,
    component: { kind, namespace: evidence.namespace, name },
    confidence: 0.85,
    evidence: [`${who} could not start: ${lacks(missing)}, and no earlier template did without it.`, todo[kind]],
    remedies: [],
  };
}
