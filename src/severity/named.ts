/**
 * PURE. Which objects an alert's labels name. Names only: whether a name is a Service's or a workload's, no label tells for
 * certain, and the two usually share it.
 */
import { ownersOf, podLabels } from "./trouble.ts";

type Labels = Readonly<Record<string, string>>;

/** As actions name their targets. */
export interface Target {
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** Labels whose value is an object's name. */
const objectLabels: readonly string[] = [
  "deployment",
  "statefulset",
  "daemonset",
  "service",
  "app",
  "workload",
  "destination_workload",
  "destination_service_name",
];

/**
 * Labels that name the namespace of what an alert is about. Without `honor_labels` an exporter's own takes the place of
 * `namespace` and the subject's is `exported_namespace` (Prometheus, scrape_config).
 */
const namespaceLabels: readonly string[] = [
  "namespace",
  "exported_namespace",
  "kubernetes_namespace",
  "k8s_namespace_name",
  "destination_service_namespace",
  "destination_workload_namespace",
];

export function namespacesNamedIn(labels: Labels): readonly string[] {
  return namespaceLabels.flatMap((label) => labels[label] || []);
}

/** By their own names, and by the names of pods that they may own. Empty: it may be about anything. */
export function objectsNamedIn(labels: Labels): readonly string[] {
  const own = objectLabels.flatMap((label) => labels[label] || []);
  return [...own, ...podLabels.flatMap((label) => (labels[label] ? [labels[label], ...ownersOf(labels[label])] : []))];
}

/** In the target's namespace, or in none that is told. */
export function names(labels: Labels, { namespace, name }: Target): boolean {
  const namespaces = namespacesNamedIn(labels);
  if (namespace !== undefined && namespaces.length > 0 && !namespaces.includes(namespace)) return false;
  return objectsNamedIn(labels).includes(name);
}

/** What `alertIdentity` wrote. */
export function labelsIn(identity: string): Labels {
  const pairs = [...identity.matchAll(/[{,]([a-zA-Z_][a-zA-Z0-9_]*)=("(?:\\.|[^"\\])*")/g)];
  return Object.fromEntries(pairs.map(([, label, value]) => [label ?? "", JSON.parse(value ?? '""') as string]));
}

/** `Deployment shop/frontend` as a target. */
export function targetIn(name: string): Target {
  const [kind = "", path = ""] = name.split(" ");
  const at = path.indexOf("/");
  return at < 0 ? { kind, name: path } : { kind, namespace: path.slice(0, at), name: path.slice(at + 1) };
}
