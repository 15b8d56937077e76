/**
 * PURE. Two probes of one container mostly ask the same server. Where one succeeds and the other is refused at another
 * port, or answered 404 at another path, the one that works shows where to ask (kubernetes.io, Configure Probes). And a
 * liveness probe that gives up faster than a program can start kills it for ever: Kubernetes' own defaults are patient.
 */
import type { ActionOf } from "../action/action.ts";
import { jsonEqual, pointer } from "../kubernetes/json.ts";
import type { Json } from "../kubernetes/json.ts";
import type { Container, Event, Pod, PodTemplate, Probe, Workload } from "../kubernetes/object.ts";
import { nameOf, refOf } from "../kubernetes/object.ts";
import type { Cause, Evidence, Hypothesis } from "./cause.ts";
import { failingWorkloads, namedPods } from "./failing.ts";
import { historyOf } from "./history.ts";
import { targetOf } from "./owner.ts";
import { replaceBroken } from "./remedy.ts";
import { quoted } from "./wording.ts";

type Operations = ActionOf<"patch">["operations"];
type Field = "readinessProbe" | "livenessProbe" | "startupProbe";

export interface ProbeFailure {
  readonly container: string;
  readonly field: Field;
  readonly message: string;
}

const recentMs = 900_000;
const words: Readonly<Record<Field, string>> = { readinessProbe: "Readiness", livenessProbe: "Liveness", startupProbe: "Startup" };
/** A liveness probe that kills within this time of the start leaves most programs no chance. */
const hastyMs = 10_000;
/** Source: kubernetes.io, Configure Probes. */
const patient = { periodSeconds: 10, failureThreshold: 3, timeoutSeconds: 1 };

export const probeDiffersFromWorkingOne: Cause = {
  name: "probe-differs-from-working-one",
  diagnose: (evidence) =>
    failingWorkloads(evidence, (pod) => probeFailuresOf(pod, evidence)).flatMap(({ workload, sightings }) => {
      const pods = `${namedPods(sightings.map(({ pod }) => pod))} of ${nameOf(refOf(workload))}`;
      const first = sightings
        .map(({ symptom }) => symptom)
        .filter(
          (failure, index, all) =>
            all.findIndex(({ container, field }) => container === failure.container && field === failure.field) === index,
        );
      return first.flatMap((failure) => judge(workload, failure, pods, evidence));
    }),
};

/** Of containers that suffer from it: not ready, or started anew. */
export function probeFailuresOf(pod: Pod, evidence: Evidence): readonly ProbeFailure[] {
  const events = evidence.events.filter(
    ({ involvedObject, reason, lastTimestamp }) =>
      involvedObject.uid === pod.metadata.uid && reason === "Unhealthy" && !(evidence.atMs - Date.parse(lastTimestamp ?? "") > recentMs),
  );
  return pod.spec.containers.flatMap(({ name }) => {
    const status = pod.status?.containerStatuses?.find((one) => one.name === name);
    if (status === undefined || (status.ready && status.restartCount === 0)) return [];
    return (Object.keys(words) as Field[]).flatMap((field): ProbeFailure[] => {
      if (field === "readinessProbe" ? status.ready : status.restartCount === 0) return [];
      const message = messageOf(events, name, words[field]);
      return message === undefined ? [] : [{ container: name, field, message }];
    });
  });
}

function place(event: Event): string | undefined {
  return (event.involvedObject as { readonly fieldPath?: string }).fieldPath;
}

function messageOf(events: readonly Event[], container: string, word: string): string | undefined {
  return events
    .filter((event) => place(event) === undefined || place(event) === `spec.containers{${container}}`)
    .map(({ message = "" }) => message)
    .find((message) => message.startsWith(`${word} probe failed`) || message.startsWith(`${word} probe errored`));
}

function judge(workload: Workload, failure: ProbeFailure, pods: string, evidence: Evidence): readonly Hypothesis[] {
  const { containers } = workload.spec.template.spec;
  const index = containers.findIndex(({ name }) => name === failure.container);
  const container = containers[index];
  const probe = container?.[failure.field];
  if (container === undefined || probe === undefined || workload.spec.paused === true) return [];
  const { earlier } = historyOf(workload, evidence);
  // What it asked before is a better answer, and another cause's, once the probe had the time that it allows.
  if (earlier.some((revision) => !sameProbe(revision.template, container.name, failure.field, probe))) return [];
  const known = earlier.length > 0;
  const fix = asOther(container, index, failure, probe) ?? (known ? undefined : morePatient(index, failure, probe));
  if (fix === undefined) return [];
  const name = nameOf(refOf(workload));
  return [
    {
      cause: probeDiffersFromWorkingOne.name,
      component: refOf(workload),
      confidence: fix.confidence - (known ? 0.2 : 0),
      evidence: [`${pods}: ${quoted(failure.message, 160)}.`, fix.seen],
      remedies: [
        {
          intent: `${fix.intent} of container ${container.name} of ${name}.`,
          actions: [
            { type: "patch", target: targetOf(workload, evidence), operations: fix.operations },
            ...replaceBroken(workload, evidence),
          ],
        },
      ],
    },
  ];
}

function sameProbe({ spec }: PodTemplate, container: string, field: Field, probe: Probe): boolean {
  const found = spec.containers.find(({ name }) => name === container);
  return found === undefined || jsonEqual(found[field] as Json | undefined, probe as Json);
}

interface Fix {
  readonly confidence: number;
  readonly seen: string;
  readonly intent: string;
  readonly operations: Operations;
}

/** The other HTTP probe of the container, where it asks elsewhere and is not the one that fails. */
function asOther(container: Container, index: number, { field, message }: ProbeFailure, probe: Probe): Fix | undefined {
  const others = (Object.keys(words) as Field[]).filter((other) => other !== field && container[other]?.httpGet !== undefined);
  const [other] = others;
  const [mine, theirs] = [probe.httpGet, other === undefined ? undefined : container[other]?.httpGet];
  if (mine === undefined || theirs === undefined || other === undefined) return undefined;
  const wrongPath = /statuscode: (?:404|405|410)/.test(message) && (mine.path ?? "/") !== (theirs.path ?? "/");
  const wrongPort = /connection refused|no such host|i\/o timeout/.test(message) && mine.port !== theirs.port;
  if (!wrongPath && !wrongPort) return undefined;
  const part = wrongPath ? "path" : "port";
  const value = wrongPath ? (theirs.path ?? "/") : theirs.port;
  return {
    confidence: 0.8,
    seen: `The ${field} asks ${part} ${quoted(String(mine[part] ?? "/"), 80)}; the ${other} asks ${quoted(String(value), 80)}.`,
    intent: `Let the ${field} ask ${part} ${quoted(String(value), 80)} like the ${other}`,
    operations: [
      {
        op: mine[part] === undefined ? "add" : "replace",
        path: `/spec/template/spec${pointer("containers", index, field, "httpGet", part)}`,
        value,
      },
    ],
  };
}

function morePatient(index: number, { field }: ProbeFailure, probe: Probe): Fix | undefined {
  const { initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3, timeoutSeconds = 1 } = probe;
  const allowedMs = (initialDelaySeconds + periodSeconds * failureThreshold) * 1000;
  if (field === "readinessProbe" || allowedMs >= hastyMs) return undefined;
  const now = { periodSeconds, failureThreshold, timeoutSeconds };
  const operations = (Object.keys(patient) as (keyof typeof patient)[])
    .filter((setting) => now[setting] < patient[setting])
    .map((setting) => ({
      op: "add" as const,
      path: `/spec/template/spec${pointer("containers", index, field, setting)}`,
      value: patient[setting],
    }));
  if (operations.length === 0) return undefined;
  return {
    confidence: 0.7,
    seen: `The ${field} gives up ${allowedMs / 1000} s after the start; with Kubernetes' defaults it would be 30 s.`,
    intent: `Give back Kubernetes' own patience to the ${field}`,
    operations,
  };
}
