/**
 * After a StatefulSet's template was restored, the controller waits for the pod that the undone template broke, for ever
 * (kubernetes#67250). That pod is evicted: it is not ready, and its controller makes it anew from the restored template.
 * May be repeated; answers what it waits for, as sentences: a controller that has not seen the restore yet may still have such
 * a pod. Cost: for each StatefulSet whose template was undone 1 read and 1 list; 1 eviction a stuck pod.
 */
import { success } from "../failure.ts";
import type { Result } from "../failure.ts";
import { controllerOf, isReady, nameOf, refOf } from "../kubernetes/object.ts";
import type { Pod, Workload } from "../kubernetes/object.ts";
import type { Incident } from "../transaction/incident.ts";
import { writeName } from "../transaction/undo-entry.ts";
import type { UndoEntry } from "../transaction/undo-entry.ts";
import type { Engine } from "./engine.ts";
import { write } from "./write.ts";

export async function unstick(engine: Engine, incident: Incident, entries: readonly UndoEntry[]): Promise<Result<readonly string[]>> {
  const waitsFor: string[] = [];
  const undone = new Map(entries.filter(changedTemplate).map((entry) => [nameOf(entry.target), entry]));
  for (const entry of undone.values()) {
    const stuck = await stuckPods(engine, entry);
    if (!stuck.ok) return stuck;
    if (stuck.value === "not seen") waitsFor.push(`${nameOf(entry.target)}: its controller has not seen yet that its template is back`);
    for (const pod of stuck.value === "not seen" ? [] : stuck.value) {
      const mark = { fence: incident.fence, write: `${writeName(entry)}/undo` };
      const sent = await write(engine.site.cluster, engine.lease, pod, { kind: "evict" }, mark);
      // It moved, a budget is spent, or it is gone: the next look tells.
      if (!sent.ok && sent.failure.kind === "unavailable" && sent.failure.effect === "unknown") return sent;
    }
  }
  return success(waitsFor);
}

function changedTemplate({ target, status, changes }: UndoEntry): boolean {
  return target.kind === "StatefulSet" && status === "undone" && changes.some(({ path }) => path[0] === "spec" && path[1] === "template");
}

/** Pods of another revision than the restored one that are not ready. */
async function stuckPods(engine: Engine, entry: UndoEntry): Promise<Result<readonly Pod[] | "not seen">> {
  const { cluster } = engine.site;
  const found = await cluster.get(entry.target);
  if (!found.ok) return found;
  const set = found.value as Workload | undefined;
  if (set === undefined || set.metadata.uid !== entry.uid) return success([]);
  if ((set.status?.observedGeneration ?? 0) < (set.metadata.generation ?? 0)) return success("not seen");
  const pods = await cluster.list("Pod", refOf(set).namespace);
  if (!pods.ok) return pods;
  const newest = set.status?.updateRevision;
  return success(
    (pods.value as Pod[]).filter(
      (pod) =>
        controllerOf(pod)?.uid === set.metadata.uid &&
        newest !== undefined &&
        pod.metadata.labels?.["controller-revision-hash"] !== newest &&
        pod.metadata.deletionTimestamp === undefined &&
        !isReady(pod),
    ),
  );
}
