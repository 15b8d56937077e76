/**
 * The history of a StatefulSet's or DaemonSet's template: an equal template finds its earlier revision again, whose number
 * moves on. Source: Kubernetes `pkg/controller/history`.
 */
import { jsonEqual, valueAt } from "../../kubernetes/json.ts";
import type { JsonObject } from "../../kubernetes/json.ts";
import { asJson } from "../../kubernetes/object.ts";
import type { Workload } from "../../kubernetes/object.ts";
import { templateOf } from "./pod-template.ts";
import { templateHash } from "./template-hash.ts";
import { owned, ownerReferenceTo } from "./world.ts";
import type { World } from "./world.ts";
import type { ControllerRevision } from "./api-server/store.ts";

export const revisionLabel = "controller-revision-hash";

/** The revision of the template as it is now, stored when it is new. */
export function currentRevisionOf(world: World, owner: Workload): ControllerRevision {
  const revisions = owned(world, owner, "ControllerRevision");
  const data: JsonObject = { spec: { template: { ...templateOf(owner), $patch: "replace" } } };
  const newest = Math.max(0, ...revisions.map((one) => one.revision));
  const found = revisions.find((one) => jsonEqual(asJson(one)["data"], data));
  if (found !== undefined && found.revision === newest) return found;
  if (found !== undefined) return world.store.replace(found, { ...asJson(found), revision: newest + 1 }) as unknown as ControllerRevision;
  const hash = templateHash(templateOf(owner));
  const { name, namespace } = owner.metadata;
  return world.store.insert(
    {
      apiVersion: "apps/v1",
      kind: "ControllerRevision",
      metadata: {
        name: `${name}-${hash}`,
        namespace: namespace ?? "default",
        labels: { ...((templateOf(owner)["metadata"] as JsonObject)["labels"] as JsonObject), [revisionLabel]: hash },
        ownerReferences: [ownerReferenceTo(owner)],
      },
      data,
      revision: newest + 1,
    },
    world.nowMs(),
  ) as unknown as ControllerRevision;
}

export function revisionNamed(world: World, owner: Workload, name: string | undefined): ControllerRevision | undefined {
  return owned(world, owner, "ControllerRevision").find((one) => one.metadata.name === name);
}

export function hashOf(revision: ControllerRevision): string {
  return revision.metadata.labels?.[revisionLabel] ?? "";
}

export function templateIn(revision: ControllerRevision): JsonObject {
  const { $patch: _patch, ...template } = valueAt(asJson(revision), "/data/spec/template") as JsonObject;
  return template;
}
