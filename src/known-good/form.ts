/**
 * PURE. Which objects are recorded, and in which form: what people decide, without what controllers and the server
 * decide for them.
 */
import { normalise } from "../action/change.ts";
import { isJsonObject } from "../kubernetes/json.ts";
import type { JsonObject } from "../kubernetes/json.ts";
import type { Kind } from "../kubernetes/kind.ts";
import { asJson, controllerOf } from "../kubernetes/object.ts";
import type { KubernetesObject, Node } from "../kubernetes/object.ts";

/** In each namespace; nodes besides. */
export const recordedKinds: readonly Kind[] = [
  "Deployment",
  "StatefulSet",
  "DaemonSet",
  "CronJob",
  "Service",
  "ConfigMap",
  "Ingress",
  "NetworkPolicy",
  "ResourceQuota",
  "LimitRange",
  "HorizontalPodAutoscaler",
  "PodDisruptionBudget",
];

/** Of an object that takes more than this, nothing is recorded: it would not be put back in one piece either. */
const bytesMax = 100_000;

/** Undefined for what is not recorded: controllers' own objects, election records, what is too large. */
export function recordedForm(object: KubernetesObject, autoscaled: ReadonlySet<string>): JsonObject | undefined {
  if (object.kind === "Node") return nodeForm(object as Node);
  const { metadata } = object;
  if (controllerOf(object) !== undefined || metadata.deletionTimestamp !== undefined) return undefined;
  // Published into every namespace by the controller manager.
  if (object.kind === "ConfigMap" && metadata.name === "kube-root-ca.crt") return undefined;
  if (metadata.annotations?.["control-plane.alpha.kubernetes.io/leader"] !== undefined) return undefined;
  const plain = withoutLastApplied(normalise(asJson(object)));
  const form = autoscaled.has(`${object.kind}/${metadata.name}`) ? withoutReplicas(plain) : plain;
  return JSON.stringify(form).length > bytesMax ? undefined : form;
}

/** Whom autoscalers set the replicas of: `Deployment/web`. */
export function autoscaledBy(objects: readonly KubernetesObject[]): ReadonlySet<string> {
  const targets = objects.flatMap((object) => {
    const { spec } = object as { readonly spec?: { readonly scaleTargetRef?: { readonly kind?: string; readonly name?: string } } };
    return object.kind === "HorizontalPodAutoscaler" ? [`${spec?.scaleTargetRef?.kind ?? ""}/${spec?.scaleTargetRef?.name ?? ""}`] : [];
  });
  return new Set(targets);
}

/** Of a node only what closes it for pods, and not what the node controller reports. */
function nodeForm({ metadata, spec }: Node): JsonObject {
  const taints = (spec.taints ?? []).filter(
    ({ key }) => !key.startsWith("node.kubernetes.io/") && !key.startsWith("node.cloudprovider.kubernetes.io/"),
  );
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: metadata.name },
    spec: {
      ...(spec.unschedulable === true ? { unschedulable: true } : {}),
      ...(taints.length === 0 ? {} : { taints: taints.map((taint) => ({ ...taint })) }),
    },
  };
}

function withoutLastApplied(object: JsonObject): JsonObject {
  const { metadata } = object;
  if (!isJsonObject(metadata) || !isJsonObject(metadata["annotations"])) return object;
  const { "kubectl.kubernetes.io/last-applied-configuration": _applied, ...annotations } = metadata["annotations"];
  const { annotations: _all, ...rest } = metadata;
  return { ...object, metadata: Object.keys(annotations).length === 0 ? rest : { ...rest, annotations } };
}

function withoutReplicas(object: JsonObject): JsonObject {
  if (!isJsonObject(object["spec"])) return object;
  const { replicas: _set, ...spec } = object["spec"];
  return { ...object, spec };
}
