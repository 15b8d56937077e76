/**
 * PURE. How far an object is from the incident's subject, in steps over what connects objects: a Service and the pods it
 * selects, a workload and the ConfigMaps it reads, a workload and the Services that its settings name. Orders hypotheses
 * only; a name in somebody's settings never makes an action.
 */
import type { ConfigMap, ObjectRef, Service, Workload } from "../kubernetes/object.ts";
import { nameOf, refOf, sameRef } from "../kubernetes/object.ts";
import type { Evidence } from "./cause.ts";
import { containersOf } from "./failing.ts";
import { workloadsOf } from "./owner.ts";
import { serviceSelects } from "./selection.ts";

const stepsMax = 8;

/** Steps from the subject: 0 itself; undefined when nothing connects them. Everything is 0 where there is no subject. */
export function distances(evidence: Evidence): (component: ObjectRef) => number | undefined {
  const { subject } = evidence;
  if (subject === undefined) return () => 0;
  const steps = new Map([[nameOf(subject), 0]]);
  let frontier: readonly ObjectRef[] = [subject];
  for (let step = 1; step <= stepsMax && frontier.length > 0; step += 1) {
    const next = frontier.flatMap((ref) => neighboursOf(ref, evidence)).filter((ref) => !steps.has(nameOf(ref)));
    for (const ref of next) steps.set(nameOf(ref), step);
    frontier = next;
  }
  return (component) => steps.get(nameOf(component));
}

function neighboursOf(ref: ObjectRef, evidence: Evidence): readonly ObjectRef[] {
  const service = evidence.services.find((candidate) => sameRef(refOf(candidate), ref));
  if (service !== undefined)
    return workloadsOf(evidence)
      .filter((workload) => isBehind(service, workload))
      .map(refOf);
  const workload = workloadsOf(evidence).find((candidate) => sameRef(refOf(candidate), ref));
  if (workload === undefined) return [];
  const read = configMapsOf(workload);
  const configMaps = evidence.configMaps.filter(({ metadata }) => read.includes(metadata.name));
  const words = wordsOf(workload, configMaps);
  const services = evidence.services.filter((candidate) => isBehind(candidate, workload) || words.has(candidate.metadata.name));
  // One that is gone is read all the same: that may be the whole trouble.
  const named = read.map((name) => ({ kind: "ConfigMap", namespace: evidence.namespace, name }));
  return [...services.map(refOf), ...named];
}

/** The name counts as well: a broken selector must not hide which workload was meant. */
function isBehind(service: Service, workload: Workload): boolean {
  return service.metadata.name === workload.metadata.name || serviceSelects(service, workload.spec.template.metadata?.labels);
}

/** Names of the ConfigMaps that its pods read, whether or not they are there. */
export function configMapsOf(workload: Workload): readonly string[] {
  const { spec } = workload.spec.template;
  const names = [
    ...(spec.volumes ?? []).map(({ configMap }) => configMap?.name),
    ...containersOf(spec).flatMap(({ env = [], envFrom = [] }) => [
      ...env.map(({ valueFrom }) => valueFrom?.configMapKeyRef?.name),
      ...envFrom.map(({ configMapRef }) => configMapRef?.name),
    ]),
  ];
  return [...new Set(names.flatMap((name) => name ?? []))];
}

/** Host names in arguments and settings, cut at the first dot: `http://catalog.shop:9898` gives `catalog`. */
function wordsOf(workload: Workload, configMaps: readonly ConfigMap[]): ReadonlySet<string> {
  const texts = [
    ...containersOf(workload.spec.template.spec).flatMap(({ command = [], args = [], env = [] }) => [
      ...command,
      ...args,
      ...env.map(({ value = "" }) => value),
    ]),
    ...configMaps.flatMap(({ data = {} }) => Object.values(data)),
  ];
  return new Set(texts.flatMap((text) => text.slice(0, 10_000).split(/[^a-z0-9.-]+/)).map((word) => word.split(".")[0] ?? ""));
}
