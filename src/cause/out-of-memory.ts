/**
 * PURE. The kernel ends a container that takes more memory than its limit, and the kubelet says OOMKilled with exit code
 * 137 (kubernetes.io, Resource Management). Either the limit became smaller, or what runs became hungrier; a limit that never
 * was another one is a person's decision, as the node has to have the memory too.
 */
import { pointer } from "../kubernetes/json.ts";
import type { PodTemplate, Workload } from "../kubernetes/object.ts";
import { nameOf, refOf } from "../kubernetes/object.ts";
import type { Cause, Evidence, Hypothesis } from "./cause.ts";
import { containerStatusesOf, failingWorkloads, namedPods } from "./failing.ts";
import { blameOfChange, historyOf } from "./history.ts";
import { amountOf } from "./quantity.ts";
import { describeChange, putBack } from "./remedy.ts";
import { quoted } from "./wording.ts";

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
  const seen = `${pods} of ${nameOf(refOf(workload))} ran out of memory: container ${container} with a limit of ${quoted(limit ?? "none", 20)}.`;
  return {
    cause: outOfMemory.name,
    component: refOf(workload),
    confidence: higher.length > 0 ? Math.min(0.95, blame + 0.1) : best === undefined ? 0.6 : Math.min(0.95, blame + 0.02),
    evidence: [
      seen,
      ...(best === undefined
        ? ["Its limit was not lowered, as far as is known: give it more memory, or let it need less."]
        : describeChange(workload, best)),
    ],
    remedies:
      higher.length > 0
        ? putBack(workload, higher, evidence, ({ path }) => memory.includes(path))
        : // The limit is as it was: what runs within it changed, and goes back without it.
          putBack(workload, others, evidence, ({ path }) => !memory.includes(path)),
  };
}
