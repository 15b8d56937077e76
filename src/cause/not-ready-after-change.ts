/**
 * PURE. A container that runs but never answers its readiness probe, one that the kubelet cannot configure
 * (CreateContainerConfigError: a ConfigMap or Secret that is not there), or an init container that never ends keeps a
 * pod out of its Services without a crash. When an earlier template differs, the change is suspected.
 */
import type { Pod, Workload } from "../kubernetes/object.ts";
import { nameOf, refOf } from "../kubernetes/object.ts";
import { keysMissingFor } from "./configmap-key-missing.ts";
import type { Cause, Evidence, Hypothesis } from "./cause.ts";
import { changesBetween } from "./difference.ts";
import type { FailingWorkload } from "./failing.ts";
import { failingWorkloads, namedPods } from "./failing.ts";
import { blameOfChange, historyOf } from "./history.ts";
import { unreadyContainersOf } from "./readiness.ts";
import { describeChange, putBack } from "./remedy.ts";
import { listed } from "./wording.ts";

/** An init container may take its time: longer than this it is suspected, and one that no earlier template had much sooner. */
const initGraceMs = 120_000;
const newInitGraceMs = 20_000;

export const notReadyAfterChange: Cause = {
  name: "not-ready-after-change",
  diagnose: (evidence) =>
    failingWorkloads(evidence, (pod, workload) => symptomsOf(pod, workload, evidence)).flatMap((failing) => hypotheses(failing, evidence)),
};

function symptomsOf(pod: Pod, workload: Workload, evidence: Evidence): readonly string[] {
  const unconfigured = (pod.status?.containerStatuses ?? [])
    .filter(({ state }) => state?.waiting?.reason === "CreateContainerConfigError" && keysMissingFor(pod, evidence).length === 0)
    .map(({ name }) => `container ${name}: CreateContainerConfigError`);
  const known = historyOf(workload, evidence).earlier.flatMap(({ template }) => template.spec.initContainers ?? []);
  const graceOf = (container: string): number => (known.some(({ name }) => name === container) ? initGraceMs : newInitGraceMs);
  const hanging = (pod.status?.initContainerStatuses ?? [])
    .filter(({ name, ready, state }) => !ready && evidence.atMs - Date.parse(state?.running?.startedAt ?? "") > graceOf(name))
    .map(({ name }) => `init container ${name} has not ended`);
  return [...unconfigured, ...hanging, ...unreadyContainersOf(pod, evidence).map(({ name }) => `container ${name} runs and is not ready`)];
}

function hypotheses({ workload, sightings, worksElsewhere }: FailingWorkload<string>, evidence: Evidence): readonly Hypothesis[] {
  const history = historyOf(workload, evidence);
  const [best] = history.earlier;
  if (best === undefined || onlyProbesDiffer(workload, best.template)) return [];
  const blame = blameOfChange(workload, history, evidence.atMs) * 0.95;
  return [
    {
      cause: notReadyAfterChange.name,
      component: refOf(workload),
      confidence: worksElsewhere ? blame * 0.5 : blame,
      evidence: [
        `${namedPods(sightings.map(({ pod }) => pod))} of ${nameOf(refOf(workload))} did not become ready: ${listed([...new Set(sightings.map(({ symptom }) => symptom))])}.`,
        ...(worksElsewhere ? ["Another pod of the same template is ready."] : []),
        ...describeChange(workload, best),
      ],
      remedies: putBack(workload, history.earlier, evidence),
    },
  ];
}

/** Then bad-probe-after-change says the same more exactly. */
function onlyProbesDiffer(workload: Workload, earlier: Workload["spec"]["template"]): boolean {
  const changes = changesBetween(earlier, workload.spec.template);
  return changes.length > 0 && changes.every(({ path }) => /Probe(\/|$)/.test(path));
}
