/**
 * PURE. What other, healthy workloads of the namespace do: where one of them runs the same image, or carries the same
 * variable, it shows how that is done here.
 */
import type { Container, EnvVar, Workload } from "../kubernetes/object.ts";
import { isReady } from "../kubernetes/object.ts";
import { jsonEqual } from "../kubernetes/json.ts";
import type { Json } from "../kubernetes/json.ts";
import type { Evidence } from "./cause.ts";
import { newestPodsOf } from "./history.ts";
import { workloadsOf } from "./owner.ts";
import { isTroubled } from "./troubled.ts";

export interface Sibling {
  readonly workload: Workload;
  readonly container: Container;
}

/** Containers of the other workloads that have pods of their newest template, all of them well. */
export function siblingsOf(workload: Workload, evidence: Evidence): readonly Sibling[] {
  return workloadsOf(evidence)
    .filter((other) => other.metadata.uid !== workload.metadata.uid && isWell(other, evidence))
    .flatMap((other) => other.spec.template.spec.containers.map((container) => ({ workload: other, container })));
}

function isWell(workload: Workload, evidence: Evidence): boolean {
  return newestPodsOf(workload, evidence).some(isReady) && !isTroubled(workload, evidence);
}

/** The variable as all siblings that carry it have it; undefined when none does, or they do not agree. */
export function agreedVariable(name: string, siblings: readonly Sibling[]): EnvVar | undefined {
  const found = siblings.flatMap(({ container }) => (container.env ?? []).filter((variable) => variable.name === name));
  const [first] = found;
  return first !== undefined && found.every((variable) => jsonEqual(variable as unknown as Json, first as unknown as Json))
    ? first
    : undefined;
}

/** Whether the value would come from a Secret, which no plan may put in. */
export function isSecret(variable: EnvVar): boolean {
  return variable.valueFrom?.secretKeyRef !== undefined;
}
