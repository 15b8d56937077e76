/**
 * PURE. What a person's words are about, without a model: names that exist, written out in full, are found among the words and
 * nothing is guessed. Whatever else the words say, all that comes of them is the name of one object, or a question back.
 */

export const targetKinds = ["Deployment", "StatefulSet", "DaemonSet", "Service"] as const;
export type TargetKind = (typeof targetKinds)[number];

export interface NamedObject {
  readonly kind: TargetKind;
  readonly namespace: string;
  readonly name: string;
}

/** A whole namespace is only meant where that is said. */
export type HandTarget = NamedObject | { readonly kind: "Namespace"; readonly namespace: string; readonly name: string };

export type Found =
  | { readonly kind: "found"; readonly target: HandTarget }
  | { readonly kind: "unclear"; readonly why: string; readonly candidates: readonly HandTarget[]; readonly more: number };

/** As kubectl abbreviates them. */
const kindWords: Readonly<Record<string, TargetKind | "Namespace">> = {
  deployment: "Deployment",
  deployments: "Deployment",
  deploy: "Deployment",
  statefulset: "StatefulSet",
  statefulsets: "StatefulSet",
  sts: "StatefulSet",
  daemonset: "DaemonSet",
  daemonsets: "DaemonSet",
  ds: "DaemonSet",
  service: "Service",
  services: "Service",
  svc: "Service",
  namespace: "Namespace",
  namespaces: "Namespace",
  ns: "Namespace",
};

const candidatesMax = 20;

interface Mention {
  readonly kind?: TargetKind | "Namespace" | undefined;
  readonly namespace?: string | undefined;
  readonly name: string;
}

export function findTarget(text: string, namespaces: readonly string[], objects: readonly NamedObject[]): Found {
  const tokens = tokensOf(text);
  const spoken = namespaces.filter((namespace) => tokens.includes(namespace));
  const written = tokens.flatMap((token) => mentionIn(token, namespaces) ?? []);
  const whole = namespaces.filter((namespace) => written.some(({ kind, name }) => kind === "Namespace" && name === namespace));
  const exact = objects.filter((object) => written.some((mention) => isMeant(object, mention)));
  const named = exact.length > 0 ? exact : objects.filter(({ name }) => tokens.includes(name));
  const within = named.filter(({ namespace }) => [...spoken, ...whole].includes(namespace));
  const meant: readonly HandTarget[] = subjectsOf(within.length > 0 ? within : named);
  const [only] = meant;
  if (only !== undefined && meant.length === 1) return { kind: "found", target: only };
  if (meant.length > 1) return unclear(`the words name ${meant.length} of them`, meant);
  const [namespace] = whole;
  if (namespace !== undefined && whole.length === 1) return { kind: "found", target: { kind: "Namespace", namespace, name: namespace } };
  if (whole.length > 1) return unclear("the words name several namespaces", whole.map(wholeNamespace));
  if (spoken.length === 0) return unclear("the words name no workload and no Service that is there", subjectsOf(objects));
  return unclear(`the words name no workload and no Service of ${spoken.join(", ")}`, [
    ...subjectsOf(objects.filter((object) => spoken.includes(object.namespace))),
    ...spoken.map(wholeNamespace),
  ]);
}

/** `wanted` as it is written out by whoever asks: it must be there. */
export function checkTarget(wanted: HandTarget, namespaces: readonly string[], objects: readonly NamedObject[]): Found {
  const { kind, namespace, name } = wanted;
  if (kind === "Namespace" && namespaces.includes(name)) return { kind: "found", target: { kind, namespace: name, name } };
  if (objects.some((object) => object.kind === kind && object.namespace === namespace && object.name === name))
    return { kind: "found", target: wanted };
  if (kind === "Namespace") return unclear(`there is no namespace ${name}`, namespaces.map(wholeNamespace));
  const alike = subjectsOf(objects.filter((object) => object.name === name));
  const beside = alike.length > 0 ? alike : subjectsOf(objects.filter((object) => object.namespace === namespace));
  return unclear(`there is no ${kind} ${namespace}/${name}`, beside.length > 0 ? beside : subjectsOf(objects));
}

function unclear(why: string, candidates: readonly HandTarget[]): Found {
  return { kind: "unclear", why, candidates: candidates.slice(0, candidatesMax), more: Math.max(0, candidates.length - candidatesMax) };
}

/** Names are lower case by rule, so that a capital letter makes no other name. What is around a name in a sentence is no part of it. */
function tokensOf(text: string): readonly string[] {
  const words = text.toLowerCase().split(/[^a-z0-9./-]+/);
  return [...new Set(words.map((word) => word.replace(/^[./-]+|[./-]+$/g, "")).filter((word) => word !== ""))];
}

/** `deployment/payment`, `shop/payment`, `shop/svc/payment`, `payment.shop.svc`; undefined for a word that is none of them. */
function mentionIn(token: string, namespaces: readonly string[]): Mention | undefined {
  const [, host, at] = /^([a-z0-9-]+)\.([a-z0-9-]+)\.svc(?:\.|$)/.exec(token) ?? [];
  if (host !== undefined && at !== undefined) return { kind: "Service", namespace: at, name: host };
  const parts = token.split("/");
  const name = parts.pop();
  if (name === undefined || parts.length === 0 || parts.length > 2) return undefined;
  const mention: { kind?: Mention["kind"]; namespace?: string } = {};
  for (const part of parts) {
    if (Object.hasOwn(kindWords, part)) mention.kind = kindWords[part];
    else if (namespaces.includes(part)) mention.namespace = part;
    else return undefined;
  }
  return { ...mention, name };
}

function isMeant(object: NamedObject, { kind, namespace, name }: Mention): boolean {
  return (
    object.name === name && (kind === undefined || object.kind === kind) && (namespace === undefined || object.namespace === namespace)
  );
}

/** A workload and the Service of its name are one subject (subject.ts): the workload stands for both. */
function subjectsOf(objects: readonly NamedObject[]): readonly NamedObject[] {
  const subjects = new Map<string, NamedObject>();
  const byKind = objects.toSorted((left, right) => targetKinds.indexOf(left.kind) - targetKinds.indexOf(right.kind));
  for (const object of byKind) {
    const key = `${object.namespace}/${object.name}`;
    if (!subjects.has(key)) subjects.set(key, object);
  }
  return [...subjects.entries()].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, object]) => object);
}

function wholeNamespace(namespace: string): HandTarget {
  return { kind: "Namespace", namespace, name: namespace };
}
