/** PURE. Sets the number of replicas of a Deployment or StatefulSet. */
import { refused, success } from "../failure.ts";
import { nameOf } from "../kubernetes/object.ts";
import type { KubernetesObject, Workload } from "../kubernetes/object.ts";
import type { KindOfAction } from "./kind-of-action.ts";

export const scale: KindOfAction<"scale"> = {
  needs: () => ["HorizontalPodAutoscaler"],
  compile({ target, replicas }, { object, related }) {
    if (target.kind !== "Deployment" && target.kind !== "StatefulSet") return refused(`a ${target.kind} has no replicas to set`);
    // An autoscaler would set its own number within seconds. Source: horizontal pod autoscaling, kubernetes.io.
    const autoscaler = related.find((candidate) => scales(candidate, target));
    if (autoscaler !== undefined)
      return refused(`${nameOf(target)} is scaled by HorizontalPodAutoscaler ${autoscaler.metadata.name}: change its limits there`);
    if ((object as Workload).spec.replicas === replicas) return refused(`${nameOf(target)} has ${replicas} replicas already`);
    return success([{ op: "replace", path: "/spec/replicas", value: replicas }]);
  },
  mayTouch: ["/spec/replicas"],
  inverse: "restore",
  // New pods are pending for a moment: capacity lost, and one alert about it at most.
  transientBudget: ({ replicas }) => replicas + 3,
  kubectl: ({ target, replicas }) =>
    `kubectl -n ${target.namespace} scale ${target.kind.toLowerCase()}/${target.name} --replicas=${replicas}`,
};

function scales(candidate: KubernetesObject, target: { readonly kind: string; readonly name: string }): boolean {
  const spec = (candidate as { readonly spec?: { readonly scaleTargetRef?: { readonly kind?: string; readonly name?: string } } }).spec;
  return (
    candidate.kind === "HorizontalPodAutoscaler" && spec?.scaleTargetRef?.kind === target.kind && spec.scaleTargetRef.name === target.name
  );
}
