/** PURE. Sets the number of replicas of a Deployment or StatefulSet. */
import { refused, success } from "../failure.ts";
import { valueAt } from "../kubernetes/json.ts";
import { asJson, controllerOf, nameOf } from "../kubernetes/object.ts";
import type { KubernetesObject, Workload } from "../kubernetes/object.ts";
import { onlyFor } from "./kind-of-action.ts";
import type { KindOfAction } from "./kind-of-action.ts";
import { kubectlIn, named } from "./kubectl-line.ts";

export const scale: KindOfAction<"scale"> = {
  needs: () => ["HorizontalPodAutoscaler"],
  compile({ target, replicas }, { object, related }) {
    const unfit = onlyFor(target, ["Deployment", "StatefulSet"], "has no replicas to set");
    if (unfit !== undefined) return unfit;
    // An autoscaler would set its own number within seconds. Source: horizontal pod autoscaling, kubernetes.io.
    const autoscaler = related.find((candidate) => scales(candidate, target));
    if (autoscaler !== undefined) return refused(`${nameOf(target)} is scaled by ${describe(autoscaler)}: change its limits there`);
    if ((object as Workload).spec.replicas === replicas) return refused(`${nameOf(target)} has ${replicas} replicas already`);
    if (replicas < ((object as Workload).spec.replicas ?? 1) && losesVolumes(object)) return refused(whyVolumesGo(nameOf(target)));
    // Taking pods away takes those of the earlier template too, and putting the number back makes pods of the newer one.
    if (isBetweenTemplates(object as Workload))
      return refused(`${nameOf(target)} is between two templates: pods of the earlier one that go would not come back`);
    return success({ kind: "patch", operations: [{ op: "replace", path: "/spec/replicas", value: replicas }] });
  },
  mayTouch: ["/spec/replicas"],
  inverse: "restore",
  // New pods are pending for a moment: capacity lost, and one alert about it at most.
  transientBudget: ({ replicas }) => replicas + 3,
  kubectl: ({ target, replicas }) => `${kubectlIn(target)} scale ${named(target)} --replicas=${replicas}`,
};

/** The claims of the pods that go are deleted with their data. Source: StatefulSet, `persistentVolumeClaimRetentionPolicy`. */
export function losesVolumes(object: KubernetesObject): boolean {
  return valueAt(asJson(object), "/spec/persistentVolumeClaimRetentionPolicy/whenScaled") === "Delete";
}

export function whyVolumesGo(name: string): string {
  return `the volumes of the pods that go would be deleted: that is what the persistentVolumeClaimRetentionPolicy of ${name} says`;
}

function isBetweenTemplates({ status }: Workload): boolean {
  return (status?.updatedReplicas ?? 0) < (status?.replicas ?? 0);
}

function scales(candidate: KubernetesObject, target: { readonly kind: string; readonly name: string }): boolean {
  const spec = (candidate as { readonly spec?: { readonly scaleTargetRef?: { readonly kind?: string; readonly name?: string } } }).spec;
  return (
    candidate.kind === "HorizontalPodAutoscaler" && spec?.scaleTargetRef?.kind === target.kind && spec.scaleTargetRef.name === target.name
  );
}

/** KEDA makes an autoscaler for each ScaledObject and owns it. Source: keda.sh, "Scaling Deployments". */
function describe(autoscaler: KubernetesObject): string {
  const own = `HorizontalPodAutoscaler ${autoscaler.metadata.name}`;
  const owner = controllerOf(autoscaler);
  return owner === undefined ? own : `${owner.kind} ${owner.name} (its ${own})`;
}
