/**
 * PURE. How much a ResourceQuota has to allow so that what ran before it came has room: what is in use, and what its workloads lack.
 * Admission lets nothing in that would exceed a quota, so that one with more in use than it allows came after what runs.
 */
import type { ActionOf } from "../action/action.ts";
import { pointer, valueAt } from "../kubernetes/json.ts";
import type { KubernetesObject, Workload } from "../kubernetes/object.ts";
import { asJson, nameOf, refOf } from "../kubernetes/object.ts";
import type { Evidence, Remedy } from "./cause.ts";
import { failedCreates, isOfQuota } from "./failed-create.ts";
import { targetOf } from "./owner.ts";
import { amountOf } from "./quantity.ts";
import { withNewTries } from "./restoring.ts";
import { listed } from "./wording.ts";

/** None unless one of the resources that there is no room for is in use beyond what is allowed. */
export function makeRoom(name: string, evidence: Evidence): readonly Remedy[] {
  const quota = evidence.listed.ResourceQuota?.find(({ metadata }) => metadata.name === name);
  if (quota === undefined) return [];
  const short = [...lacking(name, evidence)].map(([resource, lack]) => {
    const used = amountIn(quota, pointer("status", "used", resource));
    return { resource, used, hard: amountIn(quota, pointer("spec", "hard", resource)), needed: used + lack };
  });
  if (short.length === 0 || short.some(({ needed, hard }) => !(needed > hard)) || !short.some(({ used, hard }) => used > hard)) return [];
  const operations = short.map(({ resource, needed }): ActionOf<"patch">["operations"][number] => ({
    op: "replace",
    path: `/spec/hard${pointer(resource)}`,
    value: written(resource, needed),
  }));
  const remedy: Remedy = {
    intent: `Give ${nameOf(refOf(quota))} room for what was here before it: ${listed(short.map(({ resource, needed }) => `${resource}=${written(resource, needed)}`))}.`,
    actions: [{ type: "patch", target: targetOf(quota, evidence), operations }],
  };
  return withNewTries(remedy, (message) => isOfQuota(message, name), evidence);
}

/** By resource, what all workloads together lack of it that this quota turns away. */
function lacking(quota: string, evidence: Evidence): ReadonlyMap<string, number> {
  const sum = new Map<string, number>();
  for (const { workload, message } of failedCreates(evidence)) {
    const [, requested = ""] = new RegExp(`exceeded quota: ${quota}, requested: (.{1,200}?), used: `).exec(message) ?? [];
    for (const [resource, each] of amountsIn(requested)) sum.set(resource, (sum.get(resource) ?? 0) + each * missingPods(workload));
  }
  return sum;
}

/** `limits.memory=64Mi,pods=1`. */
function amountsIn(text: string): readonly (readonly [string, number])[] {
  return text.split(",").flatMap((pair) => {
    const [resource = "", quantity] = pair.split("=");
    const amount = amountOf(quantity);
    return amount === undefined ? [] : [[resource, amount] as const];
  });
}

function missingPods({ kind, spec, status }: Workload): number {
  const [wanted, there] =
    kind === "DaemonSet" ? [status?.desiredNumberScheduled ?? 1, status?.numberReady ?? 0] : [spec.replicas ?? 1, status?.replicas ?? 0];
  return Math.max(1, wanted - there);
}

function amountIn(object: KubernetesObject, path: string): number {
  return amountOf(valueAt(asJson(object), path)) ?? NaN;
}

/** As the API writes it: rounded up to whole mebibytes, millicores or pieces. */
function written(resource: string, amount: number): string {
  if (/memory|storage/.test(resource)) return `${Math.ceil(amount / 2 ** 20)}Mi`;
  return /cpu/.test(resource) ? `${Math.ceil(amount * 1_000)}m` : String(Math.ceil(amount));
}
