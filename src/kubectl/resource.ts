/**
 * PURE. Which object the words of a line name: `deploy/web`, `deployment web`, `deployments.v1.apps web`. One object and
 * no more. Kinds that are never written are refused here; what the policy lets be done to the others is its business.
 */
import { targetSchema } from "../action/action.ts";
import type { Target } from "../action/action.ts";
import { whyNeverKind } from "../action/never.ts";
import { refused, success } from "../failure.ts";
import type { Result } from "../failure.ts";
import { isKind, kinds, routeOf } from "../kubernetes/kind.ts";
import type { CustomKinds, Kind, KindRoute } from "../kubernetes/kind.ts";
import type { Surroundings } from "./command.ts";

/** Source: `kubectl api-resources`, 1.34. */
const shortNames: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  ConfigMap: ["cm"],
  CronJob: ["cj"],
  DaemonSet: ["ds"],
  Deployment: ["deploy"],
  Event: ["ev"],
  HorizontalPodAutoscaler: ["hpa"],
  Ingress: ["ing"],
  LimitRange: ["limits"],
  Namespace: ["ns"],
  NetworkPolicy: ["netpol"],
  Node: ["no"],
  PersistentVolume: ["pv"],
  PersistentVolumeClaim: ["pvc"],
  Pod: ["po"],
  PodDisruptionBudget: ["pdb"],
  PriorityClass: ["pc"],
  ReplicaSet: ["rs"],
  ResourceQuota: ["quota"],
  Service: ["svc"],
  StatefulSet: ["sts"],
  StorageClass: ["sc"],
};

/** Kinds that a line may name and that cannot be reached; a reason is better than not knowing them. */
const unreachable = {
  ClusterRole: [],
  ClusterRoleBinding: [],
  CustomResourceDefinition: ["crd", "crds"],
  Role: [],
  RoleBinding: [],
  Secret: [],
  ServiceAccount: ["sa"],
} as const;

interface Names {
  readonly kind: string;
  readonly route: KindRoute | undefined;
}

/** Lower case, as kubectl compares: the kind, its plural, its short names. */
const builtIn: ReadonlyMap<string, Names> = new Map([
  ...Object.entries(unreachable).flatMap(([kind, short]) =>
    [kind.toLowerCase(), `${kind.toLowerCase()}s`, ...short].map((name) => [name, { kind, route: undefined }] as const),
  ),
  ...(Object.keys(kinds) as Kind[]).flatMap((kind) => namesOf(kind, kinds[kind], shortNames[kind] ?? [])),
]);

function namesOf(kind: string, route: KindRoute, short: readonly string[]): (readonly [string, Names])[] {
  return [kind.toLowerCase(), route.plural, ...short].map((name) => [name, { kind, route }] as const);
}

/** `TYPE/NAME` or `TYPE NAME`. */
export function targetOf(args: readonly string[], given: string | undefined, surroundings: Surroundings): Result<Target> {
  const [first, second] = args;
  if (first === undefined) return refused("the line names no object: say TYPE/NAME");
  if (args.some((arg) => arg.includes(","))) return refused("a list with commas would change several objects: name one");
  if (args.some((arg) => arg.includes("/"))) {
    const [type = "", name = "", ...more] = first.split("/");
    if (args.length > 1) return refused("the line names several objects: name one, as TYPE/NAME or TYPE NAME");
    return type === "" || more.length > 0 ? refused(`${first} is not TYPE/NAME`) : targetNamed(type, name, given, surroundings);
  }
  if (second === undefined) return refused(`the line names no object of ${first}: say TYPE/NAME`);
  return args.length > 2
    ? refused("the line names several objects: name one, as TYPE/NAME or TYPE NAME")
    : targetNamed(first, second, given, surroundings);
}

/** `given`: the namespace as the line says it. */
export function targetNamed(type: string, name: string, given: string | undefined, surroundings: Surroundings): Result<Target> {
  const kind = kindNamed(type, surroundings.customKinds);
  return kind.ok ? targetOfKind(kind.value, name, given, surroundings) : kind;
}

export function targetOfKind(kind: string, name: string, given: string | undefined, surroundings: Surroundings): Result<Target> {
  const route = routeTo(kind, surroundings.customKinds);
  if (!route.ok) return route;
  const namespace = given ?? surroundings.namespace;
  if (route.value.namespaced && namespace === undefined) return refused(`${kind} ${name} needs its namespace: say -n NAMESPACE`);
  const target = targetSchema.safeParse(route.value.namespaced ? { kind, namespace, name } : { kind, name });
  if (target.success) return success(target.data);
  const wrong =
    target.error.issues[0]?.path[0] === "namespace" ? `${JSON.stringify(namespace)} is no namespace` : `${JSON.stringify(name)} is no name`;
  return refused(`${wrong}: small letters, digits, dots and hyphens, at most 253`);
}

/** Where objects of a kind are served, of those that may be written at all. */
export function routeTo(kind: string, customKinds: CustomKinds): Result<KindRoute> {
  const never = whyNeverKind(kind);
  if (never !== undefined) return refused(`no ${kind} is ever written: it ${never}`);
  const route = routeOf(kind, customKinds);
  return route === undefined ? refused(`${kind} is not a kind that Stratus reads or writes`) : success(route);
}

/** `deploy`, `deployment.apps`, `deployments.v1.apps`; a version other than the one that is read and written is refused. */
function kindNamed(type: string, customKinds: CustomKinds): Result<string> {
  const [resource = "", ...qualifiers] = type.toLowerCase().split(".");
  const found = builtIn.get(resource);
  if (found !== undefined && (found.route === undefined || isQualifierOf(found.route, qualifiers.join(".")))) return success(found.kind);
  const custom = Object.entries(customKinds).find(
    ([kind, route]) => !isKind(kind) && [kind.toLowerCase(), route.plural].includes(resource) && isQualifierOf(route, qualifiers.join(".")),
  );
  if (custom !== undefined) return success(custom[0]);
  if (type === "all") return refused("all stands for several kinds: name one object");
  return found?.route === undefined
    ? refused(`${type} is not a kind that Stratus reads or writes`)
    : refused(`${found.kind} is read and written as ${found.route.apiVersion}: leave the rest of ${type} out`);
}

/** The group, or version and group. The core group has no name, so its version ends with a dot. */
function isQualifierOf({ apiVersion }: KindRoute, qualifier: string): boolean {
  const [group = "", version] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  return qualifier === "" || qualifier === `${version}.${group}` || (group !== "" && qualifier === group);
}
