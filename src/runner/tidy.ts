/**
 * After the outcome: takes our annotations off everything that this incident wrote, keeps what it taught, then gives the scope
 * back. May be repeated: a process that dies anywhere in between leaves it to the next.
 */
import { success } from "../failure.ts";
import type { Result } from "../failure.ts";
import type { Kind } from "../kubernetes/kind.ts";
import { nameOf, refOf } from "../kubernetes/object.ts";
import type { ObjectRef } from "../kubernetes/object.ts";
import type { IncidentEvent } from "../transaction/event.ts";
import type { Incident } from "../transaction/incident.ts";
import type { Target } from "../action/action.ts";
import type { Engine } from "./engine.ts";
import { remember } from "./memories.ts";
import { loadEntries } from "./records.ts";
import { giveScopeBack } from "./scope.ts";
import { isOurs, unmark } from "./write.ts";

const triesMax = 5;

export async function tidy(engine: Engine, incident: Incident): Promise<Result<IncidentEvent>> {
  const targets = new Map<string, Target>();
  for (const attempt of incident.attempts) {
    const entries = await loadEntries(engine.ledger, incident.id, attempt.number);
    if (!entries.ok) return entries;
    for (const { value } of entries.value) targets.set(nameOf(value.target), value.target);
  }
  for (const target of targets.values()) {
    const marked = await markedObjects(engine, incident.id, target);
    if (!marked.ok) return marked;
    for (const ref of marked.value) {
      const cleaned = await unmarkObject(engine, incident.id, ref);
      if (!cleaned.ok) return cleaned;
    }
  }
  if (engine.memory !== undefined) {
    const remembered = await remember(engine.ledger, incident, engine.site.clock.nowMs(), engine.memory);
    if (!remembered.ok) return remembered;
  }
  const given = await giveScopeBack(engine.ledger, incident);
  return given.ok ? success({ type: "tidied" }) : given;
}

const copiesOf: Readonly<Partial<Record<Target["kind"], Kind>>> = {
  Deployment: "ReplicaSet",
  StatefulSet: "ControllerRevision",
  DaemonSet: "ControllerRevision",
};

/**
 * The target, and what its controller copied our annotations to: a Deployment's go to its ReplicaSets, a StatefulSet's
 * to its ControllerRevisions, and stay there. Source: SetNewReplicaSetAnnotations, newRevision. One list request.
 */
async function markedObjects(engine: Engine, incidentId: string, target: Target): Promise<Result<readonly ObjectRef[]>> {
  const kind = copiesOf[target.kind];
  if (kind === undefined) return success([target]);
  const listed = await engine.site.cluster.list(kind, target.namespace);
  if (!listed.ok) return listed.failure.kind === "refused" ? success([target]) : listed;
  const copies = listed.value.filter(
    (object) =>
      isOurs(object, incidentId) &&
      object.metadata.ownerReferences?.some((owner) => owner.kind === target.kind && owner.name === target.name) === true,
  );
  return success([target, ...copies.map(refOf)]);
}

/** A refusal leaves a harmless annotation behind: that must not keep the scope from others. */
async function unmarkObject(engine: Engine, incidentId: string, ref: ObjectRef): Promise<Result<void>> {
  for (let tries = 0; tries < triesMax; tries++) {
    const found = await engine.site.cluster.get(ref);
    if (!found.ok) return found;
    if (found.value === undefined) return success(undefined);
    const unmarked = await unmark(engine.site.cluster, engine.lease, found.value, incidentId);
    if (unmarked.ok || unmarked.failure.kind === "refused") return success(undefined);
    if (unmarked.failure.kind !== "conflict") return unmarked;
  }
  return success(undefined);
}
