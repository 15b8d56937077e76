/**
 * PURE. What may be written at all. Each answer is a named reason that a person can act on. Knows nothing of causes,
 * models or incidents; nobody is exempt from it.
 */
import { controllerOf, nameOf } from "../kubernetes/object.ts";
import type { KubernetesObject } from "../kubernetes/object.ts";
import { asJson } from "../kubernetes/object.ts";
import { isJsonObject, valueAt } from "../kubernetes/json.ts";
import type { Plan, Target } from "./action.ts";

/** What happens in a namespace: look only, ask first, or act. */
export type Mode = "observe" | "approve" | "auto";

export interface Policy {
  readonly defaultMode: Mode;
  readonly modeByNamespace: Readonly<Record<string, Mode>>;
  /** In addition to those that are always protected. */
  readonly protectedNamespaces: readonly string[];
  readonly actionsPerPlanMax: number;
}

/** Never written, whatever the configuration says: a mistake here takes the cluster, or Stratus itself, along. */
const alwaysProtected = [
  "kube-system",
  "kube-public",
  "kube-node-lease",
  "stratus",
  "stratus-system",
  "argocd",
  "argo-cd",
  "flux-system",
  "gatekeeper-system",
  "kyverno",
  "cert-manager",
  "istio-system",
  "linkerd",
  "cilium",
  "calico-system",
  "calico-apiserver",
  "tigera-operator",
  "linkerd-viz",
  "monitoring",
  "prometheus",
  "observability",
];

const alwaysProtectedPrefixes = ["kube-", "openshift-", "cattle-"];

const protectedLabel = "stratus.dev/protected";

export function isProtectedNamespace(policy: Policy, namespace: string): boolean {
  return (
    alwaysProtected.includes(namespace) ||
    alwaysProtectedPrefixes.some((prefix) => namespace.startsWith(prefix)) ||
    policy.protectedNamespaces.includes(namespace)
  );
}

export function modeOf(policy: Policy, namespace: string): Mode {
  // A namespace may be called `constructor`.
  return (Object.hasOwn(policy.modeByNamespace, namespace) ? policy.modeByNamespace[namespace] : undefined) ?? policy.defaultMode;
}

/** Undefined when the plan may be tried by an incident of these namespaces. */
export function whyNotPlan(policy: Policy, plan: Plan, namespaces: readonly string[]): string | undefined {
  if (plan.actions.length > policy.actionsPerPlanMax)
    return `the plan has ${plan.actions.length} actions, at most ${policy.actionsPerPlanMax} are allowed`;
  for (const { target } of plan.actions) {
    if (isProtectedNamespace(policy, target.namespace)) return `namespace ${target.namespace} is protected: nothing is ever changed there`;
    if (!namespaces.includes(target.namespace)) return `${nameOf(target)} is outside this incident's scope (${namespaces.join(", ")})`;
  }
  return undefined;
}

/** Undefined when this object may be written. `namespace`: the object's Namespace, undefined when it could not be read. */
export function whyNotObject(target: Target, object: KubernetesObject, namespace: KubernetesObject | undefined): string | undefined {
  const { metadata } = object;
  const name = nameOf(target);
  if (metadata.deletionTimestamp !== undefined) return `${name} is being deleted`;
  if (metadata.labels?.[protectedLabel] === "true" || metadata.annotations?.[protectedLabel] === "true")
    return `${name} is marked ${protectedLabel}`;
  if (namespace?.metadata.labels?.[protectedLabel] === "true") return `namespace ${target.namespace} is marked ${protectedLabel}`;
  if (valueAt(asJson(object), "/immutable") === true) return `${name} is immutable`;
  return whyOwnedElsewhere(name, object);
}

function whyOwnedElsewhere(name: string, object: KubernetesObject): string | undefined {
  const { metadata } = object;
  const owner = controllerOf(object);
  if (owner !== undefined) return `${name} is owned by ${owner.kind} ${owner.name}, which would set it back: change it there`;
  const argo = metadata.annotations?.["argocd.argoproj.io/tracking-id"] ?? metadata.labels?.["argocd.argoproj.io/instance"];
  if (argo !== undefined) return `${name} is managed by Argo CD (${argo.slice(0, 100)}): change it in its repository`;
  const flux = metadata.labels?.["kustomize.toolkit.fluxcd.io/name"] ?? metadata.labels?.["helm.toolkit.fluxcd.io/name"];
  if (flux !== undefined) return `${name} is managed by Flux (${flux.slice(0, 100)}): change it in its repository`;
  return undefined;
}

/** A plain Helm release may be changed, and a person should know what the next upgrade does. */
export function remarkOn(object: KubernetesObject): string | undefined {
  const json = asJson(object);
  const annotations = valueAt(json, "/metadata/annotations");
  const release = isJsonObject(annotations) ? annotations["meta.helm.sh/release-name"] : undefined;
  return typeof release === "string"
    ? `it belongs to Helm release ${release.slice(0, 100)}: the next upgrade brings the old value back`
    : undefined;
}
