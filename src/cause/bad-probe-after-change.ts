/**
 * PURE. A failing readiness probe keeps a running pod out of its Services; a failing liveness or startup probe makes the
 * kubelet kill the container again and again (events Unhealthy, Killing; kubernetes pkg/kubelet/prober). A probe's port
 * name is looked up in its own container's ports; a port number may be undeclared, so that alone proves nothing.
 */
import type { Json } from "../kubernetes/json.ts";
import { jsonEqual, pointer, valueAt } from "../kubernetes/json.ts";
import type { Container, Event, Pod, PodTemplate, Probe, Workload } from "../kubernetes/object.ts";
import { asJson, nameOf, refOf } from "../kubernetes/object.ts";
import type { Cause, Evidence, Hypothesis, Remedy } from "./cause.ts";
import type { FailingWorkload } from "./failing.ts";
import { failingWorkloads, namedPods } from "./failing.ts";
import { blameOfChange, historyOf } from "./history.ts";
import { targetOf } from "./owner.ts";
import { unreadyContainersOf } from "./readiness.ts";
import { describeChange, putBack } from "./remedy.ts";
import { quoted } from "./wording.ts";

type ProbeField = "readinessProbe" | "livenessProbe" | "startupProbe";

interface Symptom {
  readonly container: string;
  readonly field: ProbeField;
  /** The kubelet reported the failure, not only its effect. */
  readonly reported: boolean;
}

/** A pod that was restarted by its probe longer ago may be well since. */
const recentMs = 900_000;
const words: Readonly<Record<ProbeField, string>> = { readinessProbe: "Readiness", livenessProbe: "Liveness", startupProbe: "Startup" };

export const badProbeAfterChange: Cause = {
  name: "bad-probe-after-change",
  diagnose: (evidence) =>
    failingWorkloads(evidence, (pod) => symptomsOf(pod, evidence)).flatMap((failing) =>
      distinct(failing.sightings.map(({ symptom }) => symptom)).flatMap((symptom) => judge(failing, symptom, evidence)),
    ),
};

function symptomsOf(pod: Pod, evidence: Evidence): readonly Symptom[] {
  const unready = unreadyContainersOf(pod, evidence).map(({ name }): Symptom => ({
    container: name,
    field: "readinessProbe",
    reported: isReported(pod, name, "readinessProbe", evidence),
  }));
  const restarted = (pod.status?.containerStatuses ?? [])
    .filter(({ restartCount }) => restartCount > 0)
    .flatMap(({ name }) =>
      (["livenessProbe", "startupProbe"] as const)
        .filter((field) => isReported(pod, name, field, evidence))
        .map((field): Symptom => ({ container: name, field, reported: true })),
    );
  return [...unready, ...restarted];
}

function distinct(symptoms: readonly Symptom[]): readonly Symptom[] {
  const first = symptoms.filter(
    (symptom, index) => symptoms.findIndex(({ container, field }) => container === symptom.container && field === symptom.field) === index,
  );
  return first.map((symptom) => ({
    ...symptom,
    reported: symptoms.some(({ container, field, reported }) => container === symptom.container && field === symptom.field && reported),
  }));
}

function isReported(pod: Pod, container: string, field: ProbeField, evidence: Evidence): boolean {
  return evidence.events.some((event) => isAbout(event, pod, container, evidence.atMs) && says(event, container, words[field]));
}

function says({ reason, message = "" }: Event, container: string, word: string): boolean {
  if (reason === "Unhealthy") return message.startsWith(`${word} probe failed`) || message.startsWith(`${word} probe errored`);
  return reason === "Killing" && message === `Container ${container} failed ${word.toLowerCase()} probe, will be restarted`;
}

function isAbout(event: Event, pod: Pod, container: string, atMs: number): boolean {
  if (event.involvedObject.uid !== pod.metadata.uid) return false;
  const fieldPath = valueAt(asJson(event), "/involvedObject/fieldPath");
  const old = atMs - Date.parse(event.lastTimestamp ?? "") > recentMs;
  return !old && (fieldPath === undefined || fieldPath === `spec.containers{${container}}`);
}

function judge(failing: FailingWorkload<Symptom>, symptom: Symptom, evidence: Evidence): readonly Hypothesis[] {
  const { workload, worksElsewhere } = failing;
  const { container, field, reported } = symptom;
  const suffering = failing.sightings.filter((sighting) => sighting.symptom.container === container && sighting.symptom.field === field);
  const pods = namedPods(suffering.map(({ pod }) => pod));
  const effect = field === "readinessProbe" ? "started and did not become ready" : "had to restart";
  const seen = `${pods} of ${nameOf(refOf(workload))} ${effect}${reported ? `; the kubelet reported that the ${field} of container ${container} failed` : ""}.`;
  const found = changedProbe(workload, symptom, evidence) ?? strayPort(workload, symptom, evidence);
  if (found === undefined) return [];
  return [
    {
      cause: badProbeAfterChange.name,
      component: refOf(workload),
      confidence: worksElsewhere ? found.confidence * 0.6 : found.confidence,
      evidence: [seen, ...found.seen],
      remedies: found.remedies,
    },
  ];
}

interface Finding {
  readonly confidence: number;
  readonly seen: readonly string[];
  readonly remedies: readonly Remedy[];
}

function changedProbe(workload: Workload, { container, field, reported }: Symptom, evidence: Evidence): Finding | undefined {
  const history = historyOf(workload, evidence);
  const now = probeIn(workload.spec.template, container, field);
  const revisions = history.earlier.filter(({ template }) => {
    const had = template.spec.containers.some(({ name }) => name === container);
    return had && !jsonEqual(probeIn(template, container, field) as Json | undefined, now as Json | undefined);
  });
  const [best] = revisions;
  if (best === undefined) return undefined;
  const blame = blameOfChange(workload, history, evidence.atMs);
  return {
    confidence: reported ? Math.min(0.95, blame + 0.05) : blame * 0.9,
    seen: describeChange(workload, best),
    remedies: putBack(workload, revisions, evidence, ({ what }) => what === `container ${container}: ${field}`),
  };
}

function probeIn(template: PodTemplate, container: string, field: ProbeField): Probe | undefined {
  return template.spec.containers.find(({ name }) => name === container)?.[field];
}

/** The probe asks a port that its container does not declare, while it declares exactly one other. */
function strayPort(workload: Workload, { container, field, reported }: Symptom, evidence: Evidence): Finding | undefined {
  const { containers } = workload.spec.template.spec;
  const index = containers.findIndex(({ name }) => name === container);
  const found = containers[index];
  const kind = found?.[field]?.httpGet === undefined ? "tcpSocket" : "httpGet";
  const port = found?.[field]?.[kind]?.port;
  if (found === undefined || port === undefined || isDeclared(found, port)) return undefined;
  if (typeof port === "number" && !reported) return undefined;
  const ports = found.ports ?? [];
  const [only] = ports;
  const value = only === undefined || ports.length > 1 ? undefined : (typeof port === "string" && only.name) || only.containerPort;
  const seen = `The ${field} of container ${container} asks port ${quoted(String(port), 40)}, which the container does not declare.`;
  if (value === undefined || workload.spec.paused === true)
    return ports.length === 0 && typeof port === "number" ? undefined : { confidence: 0.5, seen: [seen], remedies: [] };
  // Whoever got a name wrong once mostly copied it: each probe of the container that asks there is put right with this one.
  const operations = (Object.keys(words) as ProbeField[])
    .filter((other) => other === field || (typeof port === "string" && found[other]?.[kind]?.port === port))
    .map((other) => ({
      op: "replace" as const,
      path: `/spec/template/spec${pointer("containers", index, other, kind, "port")}`,
      value,
    }));
  const which = operations.length === 1 ? `the ${field}` : "the probes";
  return {
    confidence: typeof port === "string" ? 0.85 : 0.7,
    seen: [seen, `It declares only ${quoted(String(value), 40)}.`],
    remedies: [
      {
        intent: `Let ${which} of container ${container} of ${nameOf(refOf(workload))} ask port ${quoted(String(value), 40)}, the only one it declares.`,
        actions: [{ type: "patch", target: targetOf(workload, evidence), operations }],
      },
    ],
  };
}

/** The kubelet also takes a number written as a string (ResolveContainerPort). */
function isDeclared({ ports = [] }: Container, port: number | string): boolean {
  return ports.some(({ name, containerPort }) => name === port || containerPort === port || String(containerPort) === port);
}
