/**
 * PURE. How far an object is from the incident's subject, in steps over what connects objects: a Service and the pods it
 * selects, an Ingress and its backends, a workload and the ConfigMaps it reads, the Services that its settings name and
 * those that it was seen to call. From the symptom towards its dependencies. Orders hypotheses only; a name in somebody's
 * settings never makes an action.
 */
import { isJsonArray, isJsonObject } from "../kubernetes/json.ts";
import type { Json } from "../kubernetes/json.ts";
import type { ConfigMap, ObjectRef, Service, Workload } from "../kubernetes/object.ts";
import { asJson, controllerOf, nameOf, refOf, sameRef } from "../kubernetes/object.ts";
import type { Evidence } from "./cause.ts";
import { failedCreateOf, isOfLimitRange, isOfQuota } from "./failed-create.ts";
import { containersOf } from "./failing.ts";
import { workloadsOf } from "./owner.ts";
import { serviceSelects } from "./selection.ts";

const stepsMax = 8;

/** What an alert is about when it is about nothing in particular. */
const everything = ["Namespace", "Node"];

/** Steps from the subject: 0 itself; undefined when nothing connects them. Everything is 0 where there is no subject. */
export function distances(evidence: Evidence): (component: ObjectRef) => number | undefined {
  const { subject } = evidence;
  if (subject === undefined || everything.includes(subject.kind)) return () => 0;
  // An alert says `job_name` or `service_name`, and means what is called so.
  let frontier: readonly ObjectRef[] = [subject, ...namesakesOf(subject, evidence)];
  const steps = new Map(frontier.map((ref) => [nameOf(ref), 0]));
  for (let step = 1; step <= stepsMax && frontier.length > 0; step += 1) {
    const next = frontier.flatMap((ref) => neighboursOf(ref, evidence)).filter((ref) => !steps.has(nameOf(ref)));
    for (const ref of next) steps.set(nameOf(ref), step);
    frontier = next;
  }
  return (component) => steps.get(nameOf(component));
}

function namesakesOf({ kind, name }: ObjectRef, evidence: Evidence): readonly ObjectRef[] {
  const { Ingress = [], CronJob = [], Job = [] } = evidence.listed;
  const known = [...workloadsOf(evidence), ...evidence.services, ...evidence.pods, ...Ingress, ...CronJob, ...Job];
  if (known.some((object) => object.kind === kind && object.metadata.name === name)) return [];
  return [...workloadsOf(evidence), ...CronJob].filter(({ metadata }) => metadata.name === name).map(refOf);
}

function neighboursOf(ref: ObjectRef, evidence: Evidence): readonly ObjectRef[] {
  return [...connectedTo(ref, evidence), ...calledBy(ref, evidence)];
}

const callers: readonly string[] = ["Service", "Deployment", "StatefulSet", "DaemonSet"];

/**
 * A tracer knows a name, not a kind: a Service and a workload of that name both call, and both are called. What is in
 * another namespace is a step on the way, though no object of it is among the evidence.
 */
function calledBy({ kind, namespace, name }: ObjectRef, { calls = [], ...evidence }: Evidence): readonly ObjectRef[] {
  if (!callers.includes(kind)) return [];
  return calls
    .filter(({ from }) => from === `${namespace ?? ""}/${name}`)
    .flatMap(({ to }) => {
      const [calledIn = "", called = ""] = to.split("/");
      const workloads = workloadsOf(evidence).map(refOf);
      return [
        { kind: "Service", namespace: calledIn, name: called },
        ...workloads.filter((workload) => workload.namespace === calledIn && workload.name === called),
      ];
    });
}

function connectedTo(ref: ObjectRef, evidence: Evidence): readonly ObjectRef[] {
  const { namespace } = evidence;
  const owner = [...evidence.pods, ...(evidence.listed.Job ?? [])].find((candidate) => sameRef(refOf(candidate), ref));
  const controller = owner === undefined ? undefined : controllerOf(owner);
  if (controller !== undefined) return [{ kind: controller.kind, namespace, name: controller.name }];
  const ingress = evidence.listed.Ingress?.find((candidate) => sameRef(refOf(candidate), ref));
  if (ingress !== undefined) return backendsOf(asJson(ingress)).map((name) => ({ kind: "Service", namespace, name }));
  if (ref.kind === "PersistentVolumeClaim")
    return workloadsOf(evidence)
      .filter((workload) => claimsOf(workload).some((claim) => claim === ref.name))
      .map(refOf);
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
  const named = read.map((name) => ({ kind: "ConfigMap", namespace, name }));
  const claims = claimsOf(workload).map((name) => ({ kind: "PersistentVolumeClaim", namespace, name }));
  return [...services.map(refOf), ...named, ...claims, ...refusedBy(workload, evidence)];
}

/** What keeps the workload from pods. */
function refusedBy(workload: Workload, evidence: Evidence): readonly ObjectRef[] {
  const message = failedCreateOf(workload, evidence)?.message ?? "";
  const { ResourceQuota = [], LimitRange = [] } = evidence.listed;
  return [...ResourceQuota.filter(({ metadata }) => isOfQuota(message, metadata.name)), ...(isOfLimitRange(message) ? LimitRange : [])].map(
    refOf,
  );
}

/** Names of the Services that an Ingress sends to, wherever it says so. */
export function backendsOf(ingress: Json): readonly string[] {
  if (isJsonArray(ingress)) return ingress.flatMap(backendsOf);
  if (!isJsonObject(ingress)) return [];
  return Object.entries(ingress).flatMap(([key, value]) => {
    if (key !== "service" || !isJsonObject(value)) return backendsOf(value);
    return typeof value["name"] === "string" ? [value["name"]] : [];
  });
}

function claimsOf({ spec }: Workload): readonly string[] {
  return (spec.template.spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);
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

/**
 * Host names in arguments and settings, cut at the first dot: `http://catalog.shop:9898` gives `catalog`. And the names
 * behind the variables that the kubelet sets for each Service: `$STOCK_DB_SERVICE_HOST` gives `stock-db`.
 */
function wordsOf(workload: Workload, configMaps: readonly ConfigMap[]): ReadonlySet<string> {
  const texts = [
    ...containersOf(workload.spec.template.spec).flatMap(({ command = [], args = [], env = [] }) => [
      ...command,
      ...args,
      ...env.map(({ value = "" }) => value),
    ]),
    ...configMaps.flatMap(({ data = {} }) => Object.values(data)),
  ];
  const cut = texts.map((text) => text.slice(0, 10_000));
  const variables = cut.flatMap((text) =>
    [...text.matchAll(/\b([A-Z][A-Z0-9_]{0,62})_SERVICE_(?:HOST|PORT)\b/g)].map(([, name = ""]) => name),
  );
  return new Set([
    ...cut.flatMap((text) => text.split(/[^a-z0-9.-]+/)).map((word) => word.split(".")[0] ?? ""),
    ...variables.map((name) => name.toLowerCase().replaceAll("_", "-")),
  ]);
}
