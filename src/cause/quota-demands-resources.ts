/**
 * PURE. Where a ResourceQuota limits `limits.cpu` and its like, every container must say its own, or no pod is made: `failed
 * quota: Q: must specify limits.cpu for: c` (kubernetes.io, Resource Quotas). A container that said none had no bound; the
 * widest that the quota has room for, shared among all its replicas and one more for a rollout, comes nearest to that.
 */
import type { ActionOf } from "../action/action.ts";
import { pointer, valueAt } from "../kubernetes/json.ts";
import type { Container, KubernetesObject, Workload } from "../kubernetes/object.ts";
import { asJson, nameOf, refOf } from "../kubernetes/object.ts";
import type { Cause, Evidence, Hypothesis, Remedy } from "./cause.ts";
import { failedCreates } from "./failed-create.ts";
import { historyOf } from "./history.ts";
import { targetOf } from "./owner.ts";
import { amountOf } from "./quantity.ts";
import { putBack } from "./remedy.ts";
import { listed } from "./wording.ts";

type Operations = ActionOf<"patch">["operations"];

/** Below this nothing useful runs: 10 millicores, 8 MiB. */
const leastOf: Readonly<Record<string, number>> = { cpu: 0.01, memory: 8 * 2 ** 20 };
const demanded = /must specify ([^:]+(?: for: [^;]+;? ?)?)/;

export const quotaDemandsResources: Cause = {
  name: "quota-demands-resources",
  diagnose: (evidence) =>
    failedCreates(evidence).flatMap(({ workload, message }) => {
      const quotaName = /failed quota: ([a-z0-9.-]{1,253}):/.exec(message)?.[1];
      const quota = evidence.listed.ResourceQuota?.find(({ metadata }) => metadata.name === quotaName);
      const names = demandedIn(message);
      return quota === undefined || names.length === 0 ? [] : [hypothesis(workload, quota, names, evidence)];
    }),
};

/** `limits.cpu`, `requests.memory`: of those that a container sets. Older servers list them without the containers. */
function demandedIn(message: string): readonly string[] {
  const from = demanded.exec(message)?.index;
  if (from === undefined) return [];
  return [
    ...new Set(
      [...message.slice(from).matchAll(/\b((?:limits|requests)\.(?:cpu|memory)|(?<![.\w])(?:cpu|memory))\b/g)].map(([name]) => name),
    ),
  ].map(
    // `cpu` in a quota is `requests.cpu`.
    (name) => (name.includes(".") ? name : `requests.${name}`),
  );
}

function hypothesis(workload: Workload, quota: KubernetesObject, names: readonly string[], evidence: Evidence): Hypothesis {
  const name = nameOf(refOf(workload));
  const lacking = (container: Container): readonly string[] => names.filter((resource) => valueIn(container, resource) === undefined);
  const { containers } = workload.spec.template.spec;
  const revisions = historyOf(workload, evidence).earlier.filter(({ template }) =>
    template.spec.containers.every((container) => names.every((resource) => valueIn(container, resource) !== undefined)),
  );
  const operations = containers.flatMap((container, index) => setIn(container, index, lacking(container), shareOf(workload, quota, names)));
  const complete =
    operations.length > 0 &&
    containers.every((container) => lacking(container).every((resource) => shareOf(workload, quota, names)(resource) !== undefined));
  return {
    cause: quotaDemandsResources.name,
    component: refOf(workload),
    confidence: 0.9,
    evidence: [
      `No pod of ${name} can be made: ${nameOf(refOf(quota))} demands ${listed(names)} of every container.`,
      `${listed(containers.filter((container) => lacking(container).length > 0).map((container) => `Container ${container.name} sets no ${listed(lacking(container))}`))}.`,
    ],
    remedies: [
      ...putBack(workload, revisions, evidence, ({ what }) => what.endsWith(": resources")),
      ...(complete && workload.spec.paused !== true ? [share(workload, quota, operations, evidence)] : []),
    ],
  };
}

function valueIn(container: Container, resource: string): string | undefined {
  const [kind, name = ""] = resource.split(".");
  const { requests, limits } = container.resources ?? {};
  // A request that nobody sets becomes the limit.
  return kind === "limits" ? limits?.[name] : (requests?.[name] ?? limits?.[name]);
}

/** What each container may have so that all replicas, and one more during a rollout, fit beside what is used. */
function shareOf(workload: Workload, quota: KubernetesObject, names: readonly string[]): (resource: string) => string | undefined {
  const lacking = (resource: string): number =>
    workload.spec.template.spec.containers.filter((container) => valueIn(container, resource) === undefined).length;
  const pods = (workload.kind === "DaemonSet" ? (workload.status?.desiredNumberScheduled ?? 1) : (workload.spec.replicas ?? 1)) + 1;
  return (resource) => {
    const room = roomFor(quota, resource);
    const parts = pods * lacking(resource);
    if (room === undefined || parts === 0 || !names.includes(resource)) return undefined;
    const others = workload.spec.template.spec.containers.reduce(
      (sum, container) => sum + (amountOf(valueIn(container, resource)) ?? 0),
      0,
    );
    return written(resource, (room - others * pods) / parts);
  };
}

function roomFor(quota: KubernetesObject, resource: string): number | undefined {
  const key = (map: string): number | undefined =>
    amountOf(valueAt(asJson(quota), `/${map}${pointer(resource)}`)) ??
    (resource.startsWith("requests.")
      ? amountOf(valueAt(asJson(quota), `/${map}${pointer(resource.slice("requests.".length))}`))
      : undefined);
  const hard = key("spec/hard");
  return hard === undefined ? undefined : hard - (key("status/used") ?? 0);
}

/** Rounded down; undefined when it is too little to be of use. */
function written(resource: string, amount: number): string | undefined {
  const name = resource.split(".")[1] ?? "";
  if (amount < (leastOf[name] ?? Infinity)) return undefined;
  return name === "cpu" ? `${Math.floor(amount * 1000)}m` : `${Math.floor(amount / 2 ** 20)}Mi`;
}

function setIn(
  container: Container,
  index: number,
  lacking: readonly string[],
  shared: (resource: string) => string | undefined,
): Operations {
  const at = (...more: readonly string[]): string => `/spec/template/spec${pointer("containers", index, "resources", ...more)}`;
  const made: Operations = [];
  const maps = new Set(Object.keys(container.resources ?? {}));
  if (container.resources === undefined && lacking.length > 0) made.push({ op: "add", path: at(), value: {} });
  for (const resource of lacking) {
    const [kind = "", name = ""] = resource.split(".");
    const value = shared(resource);
    if (value === undefined) continue;
    if (!maps.has(kind)) made.push({ op: "add", path: at(kind), value: {} });
    maps.add(kind);
    made.push({ op: "add", path: at(kind, name), value });
  }
  return made;
}

function share(workload: Workload, quota: KubernetesObject, operations: Operations, evidence: Evidence): Remedy {
  const set = operations.flatMap((operation) =>
    operation.op === "add" && typeof operation.value === "string"
      ? [`${operation.path.split("/").slice(-2).join(".")} ${operation.value}`]
      : [],
  );
  return {
    intent: `Give the containers of ${nameOf(refOf(workload))} their share of what ${nameOf(refOf(quota))} has left: ${listed([...new Set(set)])}.`,
    actions: [{ type: "patch", target: targetOf(workload, evidence), operations }],
  };
}
