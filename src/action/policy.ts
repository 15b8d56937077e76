/**
 * PURE. What may be written at all. Each answer is a named reason that a person can act on. Knows nothing of causes,
 * models or incidents; nobody is exempt from it.
 */
import { controllerOf, nameOf } from "../kubernetes/object.ts";
import type { KubernetesObject } from "../kubernetes/object.ts";
import { asJson } from "../kubernetes/object.ts";
import { isJsonObject, valueAt } from "../kubernetes/json.ts";
import type { JsonObject } from "../kubernetes/json.ts";
import { isKind, noCustomKinds, routeOf } from "../kubernetes/kind.ts";
import type { CustomKinds } from "../kubernetes/kind.ts";
import type { Action, Plan, Target } from "./action.ts";
import { defaultBlast } from "./blast.ts";
import type { Blast } from "./blast.ts";
import { mayTouch } from "./catalogue.ts";
import { describePath } from "./change.ts";
import type { Change } from "./change.ts";
import { matchesPattern } from "./path-pattern.ts";
import { whyNeverKind, whyNeverObject, whyNeverWhole } from "./never.ts";
import { defaultWritable, pathOf, whyNotChange, writableOf } from "./writable.ts";
import type { Writable } from "./writable.ts";

/** What happens in a namespace: look only, ask first, or act. */
export type Mode = "observe" | "approve" | "auto";

export interface Policy {
  readonly defaultMode: Mode;
  readonly modeByNamespace: Readonly<Record<string, Mode>>;
  /** For nodes and whatever else belongs to no namespace: a change there is felt in all of them. */
  readonly clusterScopedMode: Mode;
  /** In addition to those that are always protected. */
  readonly protectedNamespaces: readonly string[];
  readonly actionsPerPlanMax: number;
  readonly writable: Writable;
  /** Custom resources that `writable` may name. */
  readonly customKinds: CustomKinds;
  readonly blast: Blast;
  /** `write`: for installations of Argo CD whose self-heal is off; with it on, every change is set back in seconds. */
  readonly argoCd: "refuse" | "write";
}

/** What is safe to start from: looks only, and what it could write is short. */
export const defaultPolicy: Policy = {
  defaultMode: "observe",
  modeByNamespace: {},
  clusterScopedMode: "observe",
  protectedNamespaces: [],
  actionsPerPlanMax: 20,
  writable: defaultWritable,
  customKinds: noCustomKinds,
  blast: defaultBlast,
  argoCd: "refuse",
};

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

const careful: readonly Mode[] = ["observe", "approve", "auto"];

/** The most careful word about any of its targets. */
export function modeOfPlan(policy: Policy, plan: Plan): Mode {
  const modes = plan.actions.map(({ target }) =>
    target.namespace === undefined ? policy.clusterScopedMode : modeOf(policy, target.namespace),
  );
  return careful.find((mode) => modes.includes(mode)) ?? "observe";
}

/** Whether it writes something that belongs to no namespace: then the whole cluster is its scope. */
export function needsWholeCluster(plan: Plan): boolean {
  return plan.actions.some(({ target }) => target.namespace === undefined);
}

/** Undefined when the plan may be tried by an incident of these namespaces. */
export function whyNotPlan(policy: Policy, plan: Plan, namespaces: readonly string[]): string | undefined {
  if (plan.actions.length > policy.actionsPerPlanMax)
    return `the plan has ${plan.actions.length} actions, at most ${policy.actionsPerPlanMax} are allowed`;
  for (const action of plan.actions) {
    const { target } = action;
    const whyNot = whyNotKind(policy, action) ?? whyNotPlace(policy, target);
    if (whyNot !== undefined) return whyNot;
    if (target.namespace !== undefined && !namespaces.includes(target.namespace))
      return `${nameOf(target)} is outside this incident's scope (${namespaces.join(", ")})`;
  }
  return undefined;
}

/** Undefined when objects of this kind may be written there at all. */
export function whyNotPlace(policy: Policy, target: Target): string | undefined {
  const route = routeOf(target.kind, policy.customKinds);
  if (route === undefined) return `${target.kind} is not a kind that Stratus reads or writes`;
  if (route.namespaced !== (target.namespace !== undefined))
    return `${nameOf(target)} ${route.namespaced ? "needs a namespace" : "belongs to no namespace"}`;
  if (target.namespace === undefined || !isProtectedNamespace(policy, target.namespace)) return undefined;
  return `namespace ${target.namespace} is protected: nothing is ever changed there`;
}

/** Undefined when the policy lets this kind of action be done to this kind of object. */
export function whyNotKind({ writable }: Policy, { type, target }: Action): string | undefined {
  const kind = writableOf(writable, target.kind);
  if (kind === undefined) return `the policy lets no ${target.kind} be written`;
  const never = whyNeverKind(target.kind);
  if (never !== undefined) return `no ${target.kind} is ever written: it ${never}`;
  if (type !== "create" && type !== "delete") return undefined;
  if (!kind[type]) return `the policy lets no ${target.kind} be ${type}d`;
  const whole = isKind(target.kind) ? whyNeverWhole(target.kind, type) : undefined;
  return whole === undefined ? undefined : `no ${target.kind} is ever ${type}d: it ${whole}`;
}

/** Actions that say what to change themselves, instead of being for one thing. */
const judgedByField: readonly Action["type"][] = ["patch", "merge", "apply", "set-image", "set-env", "set-resources"];

/** Undefined when the action may make this change; each field must be one that it is for, or that the policy makes writable. */
export function whyNotField({ writable }: Policy, action: Action, change: Change): string | undefined {
  const path = pathOf(change);
  if (mayTouch(action).some((pattern) => matchesPattern(path, pattern))) return undefined;
  const whyNot = judgedByField.includes(action.type)
    ? whyNotChange(writable, action.target.kind, change)
    : `is nothing that ${action.type} may change`;
  return whyNot === undefined ? undefined : `${describePath(change.path)} of ${nameOf(action.target)} ${whyNot}`;
}

/** Undefined when an object like this may be made. */
export function whyNotManifest(target: Target, object: JsonObject): string | undefined {
  const name = nameOf(target);
  if (valueAt(object, "/immutable") === true) return `${name} would be immutable: its content could never be put right`;
  for (const path of ["/metadata/finalizers", "/metadata/ownerReferences"])
    if (valueAt(object, path) !== undefined) return `${name} would have ${path.slice("/metadata/".length)}`;
  const never = whyNeverObject(object);
  if (never !== undefined) return `${name} ${never}`;
  const annotations = valueAt(object, "/metadata/annotations");
  // Configuration of a proxy in the text of an annotation: CVE-2021-25742.
  if (isJsonObject(annotations) && Object.keys(annotations).some((key) => key.endsWith("-snippet")))
    return `${name} would carry configuration for a proxy in an annotation`;
  if (target.kind !== "Service") return undefined;
  const type = valueAt(object, "/spec/type") ?? "ClusterIP";
  // A node port or a load balancer opens the cluster to others, and one of them costs money.
  if (type !== "ClusterIP" || valueAt(object, "/spec/externalIPs") !== undefined) return `${name} would be reachable from outside`;
  return undefined;
}

/** Undefined when this object may be written. */
export function whyNotObject(policy: Policy, action: Action, object: KubernetesObject): string | undefined {
  const { metadata } = object;
  const name = nameOf(action.target);
  if (action.target.uid !== undefined && action.target.uid !== metadata.uid) return `${name} is another one than the plan was made for`;
  if (metadata.deletionTimestamp !== undefined) return `${name} is being deleted`;
  if (isMarkedProtected(object)) return `${name} is marked ${protectedLabel}`;
  if (valueAt(asJson(object), "/immutable") === true) return `${name} is immutable`;
  // An evicted pod is its controller's to make anew: that is the point.
  return action.type === "evict" ? undefined : whyOwnedElsewhere(policy, name, object);
}

/** By a person, on the object itself or on its Namespace. */
export function isMarkedProtected(object: KubernetesObject | undefined): boolean {
  return object?.metadata.labels?.[protectedLabel] === "true" || object?.metadata.annotations?.[protectedLabel] === "true";
}

function whyOwnedElsewhere({ argoCd }: Policy, name: string, object: KubernetesObject): string | undefined {
  const { metadata } = object;
  const owner = controllerOf(object);
  // A CronJob makes Jobs and sets none of them back.
  const setBack = owner !== undefined && !(object.kind === "Job" && owner.kind === "CronJob");
  if (setBack) return `${name} is owned by ${owner.kind} ${owner.name}, which would set it back: change it there`;
  const argo = metadata.annotations?.["argocd.argoproj.io/tracking-id"] ?? metadata.labels?.["argocd.argoproj.io/instance"];
  if (argo !== undefined && argoCd === "refuse")
    return `${name} is managed by Argo CD (${argo.slice(0, 100)}): change it in its repository`;
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
