/**
 * PURE. The kernel ends a container that takes more memory than its limit, and the kubelet says OOMKilled with exit code
 * 137 (kubernetes.io, Resource Management). Either the limit became smaller, or what runs became hungrier: that goes back. A limit
 * that never was another one is raised as the Vertical Pod Autoscaler would raise it, once: what needs more again may be a leak.
 */
import { pointer } from "../kubernetes/json.ts";
import type { PodTemplate, Workload } from "../kubernetes/object.ts";
import { isReady, nameOf, refOf } from "../kubernetes/object.ts";
import type { Cause, Evidence, Hypothesis, Remedy } from "./cause.ts";
import { containerStatusesOf, failingWorkloads, namedPods } from "./failing.ts";
import { blameOfChange, historyOf } from "./history.ts";
import type { Revision } from "./history.ts";
import { targetOf } from "./owner.ts";
import { amountOf } from "./quantity.ts";
import { describeChange, putBack, replaceBroken } from "./remedy.ts";
import { quoted } from "./wording.ts";

/** Source: autoscaler vertical-pod-autoscaler, oom-bump-up-ratio and oom-min-bump-up-bytes: a fifth more, 100 MiB at least. */
const raiseRatio = 1.2;
const raiseMin = 100 * 2 ** 20;
/** The node has to have the memory too: of the smallest one's, no container gets more than this share. */
const nodeShare = 0.25;

export const outOfMemory: Cause = {
  name: "out-of-memory",
  diagnose: (evidence) =>
    failingWorkloads(evidence, (pod) =>
      containerStatusesOf(pod).filter(({ state, lastState }) => [state, lastState].some((one) => one?.terminated?.reason === "OOMKilled")),
    ).flatMap(({ workload, sightings }) => {
      const names = [...new Set(sightings.map(({ symptom }) => symptom.name))];
      const pods = namedPods(sightings.map(({ pod }) => pod));
      return names.map((container) => hypothesis(workload, container, pods, evidence));
    }),
};

function limitIn({ spec }: PodTemplate, container: string): string | undefined {
  return spec.containers.find(({ name }) => name === container)?.resources?.limits?.["memory"];
}

function hypothesis(workload: Workload, container: string, pods: string, evidence: Evidence): Hypothesis {
  const { template } = workload.spec;
  const limit = limitIn(template, container);
  const history = historyOf(workload, evidence);
  const higher = history.earlier.filter(
    (revision) => (amountOf(limitIn(revision.template, container)) ?? Infinity) > (amountOf(limit) ?? Infinity),
  );
  const others = history.earlier.filter((revision) => !higher.includes(revision));
  const index = template.spec.containers.findIndex(({ name }) => name === container);
  const memory = [
    `/spec${pointer("containers", index, "resources", "limits", "memory")}`,
    `/spec${pointer("containers", index, "resources", "requests", "memory")}`,
  ];
  const [best] = higher.length > 0 ? higher : others;
  const blame = blameOfChange(workload, history, evidence.atMs);
  const raise = raised(workload, container, limit, history.earlier, evidence);
  const seen = `${pods} of ${nameOf(refOf(workload))} ran out of memory: container ${container} with a limit of ${quoted(limit ?? "none", 20)}.`;
  return {
    cause: outOfMemory.name,
    component: refOf(workload),
    confidence: higher.length > 0 ? Math.min(0.95, blame + 0.1) : best === undefined ? 0.6 : Math.min(0.95, blame + 0.02),
    evidence: [
      seen,
      ...(best === undefined
        ? ["Its limit was not lowered, as far as is known: it needs more memory, or has to need less."]
        : describeChange(workload, best)),
    ],
    remedies:
      higher.length > 0
        ? putBack(workload, higher, evidence, ({ path }) => memory.includes(path))
        : // The limit is as it was: what runs within it changed, and goes back without it.
          [...putBack(workload, others, evidence, ({ path }) => !memory.includes(path)), ...raise],
  };
}

/** None where it was raised before, where the nodes are not known, or where one of them could not have it. */
function raised(
  workload: Workload,
  container: string,
  limit: string | undefined,
  earlier: readonly Revision[],
  evidence: Evidence,
): readonly Remedy[] {
  const now = amountOf(limit);
  const wasAnother = earlier.some(({ template }) => amountOf(limitIn(template, container)) !== now);
  const room = Math.min(...evidence.nodes.filter(isReady).map(({ status }) => amountOf(status?.allocatable?.["memory"]) ?? 0));
  if (now === undefined || wasAnother || workload.spec.paused === true || !Number.isFinite(room)) return [];
  const memory = Math.ceil(Math.max(now * raiseRatio, now + raiseMin) / 2 ** 20);
  if (memory * 2 ** 20 > room * nodeShare) return [];
  return [
    {
      intent: `Raise the memory limit of container ${container} in ${nameOf(refOf(workload))} from ${limit} to ${memory}Mi.`,
      actions: [
        { type: "set-resources", target: targetOf(workload, evidence), container, limits: { memory: `${memory}Mi` }, requests: {} },
        ...replaceBroken(workload, evidence),
      ],
    },
  ];
}
