/**
 * PURE. Puts back an earlier pod template from the workload's own history (ReplicaSets, ControllerRevisions). Never
 * `rollout undo`: run twice, that is a redo, and it replaces annotations too.
 */
import { refused, success } from "../failure.ts";
import { asJson, controllerOf, nameOf } from "../kubernetes/object.ts";
import { isJsonObject, jsonEqual, valueAt } from "../kubernetes/json.ts";
import type { Json, JsonObject } from "../kubernetes/json.ts";
import type { KubernetesObject } from "../kubernetes/object.ts";
import { onlyFor, rollingBudget, workloadKinds } from "./kind-of-action.ts";
import type { KindOfAction } from "./kind-of-action.ts";
import { kubectlIn, named } from "./kubectl-line.ts";

/** The deployment controller adds this label to the template of each ReplicaSet; it belongs to no Deployment. */
const hashLabel = "pod-template-hash";

export const rollback: KindOfAction<"rollback"> = {
  needs: ({ target }) => [target.kind === "Deployment" ? "ReplicaSet" : "ControllerRevision"],
  compile({ target, toRevision }, { object, related }) {
    const unfit = onlyFor(target, workloadKinds, "has no history");
    if (unfit !== undefined) return unfit;
    if ((object as { readonly spec?: { readonly paused?: boolean } }).spec?.paused === true)
      return refused(`${nameOf(target)} is paused: a new template would not roll out`);
    const template = valueAt(asJson(object), "/spec/template");
    const current = isJsonObject(template) ? plainTemplate(template) : template;
    const earlier = revisionsOf(object, related)
      .filter((revision) => !jsonEqual(revision.template, current) && (toRevision === 0 || revision.number === toRevision))
      .toSorted((left, right) => right.number - left.number)[0];
    if (earlier === undefined) {
      return refused(
        toRevision === 0
          ? `${nameOf(target)} has no earlier template that differs`
          : `${nameOf(target)} has no revision ${toRevision} that differs from the current one`,
      );
    }
    return success({ kind: "patch", operations: [{ op: "replace", path: "/spec/template", value: earlier.template }] });
  },
  mayTouch: ["/spec/template/**"],
  inverse: "restore",
  transientBudget: ({ target }, replicas) => rollingBudget(target, replicas),
  kubectl: ({ target, toRevision }) =>
    `${kubectlIn(target)} rollout undo ${named(target)}${toRevision === 0 ? "" : ` --to-revision=${toRevision}`}`,
};

interface Revision {
  readonly number: number;
  readonly template: Json;
}

function revisionsOf(owner: KubernetesObject, related: readonly KubernetesObject[]): Revision[] {
  return related
    .filter((candidate) => controllerOf(candidate)?.uid === owner.metadata.uid)
    .flatMap((candidate) => revisionOf(candidate) ?? []);
}

function revisionOf(candidate: KubernetesObject): Revision | undefined {
  const json = asJson(candidate);
  if (candidate.kind === "ReplicaSet") {
    const template = valueAt(json, "/spec/template");
    const number = Number(candidate.metadata.annotations?.["deployment.kubernetes.io/revision"]);
    return isJsonObject(template) && Number.isInteger(number) ? { number, template: plainTemplate(template) } : undefined;
  }
  // A ControllerRevision holds a strategic merge patch whose template replaces the old one whole.
  const template = valueAt(json, "/data/spec/template");
  const number = valueAt(json, "/revision");
  if (!isJsonObject(template) || typeof number !== "number") return undefined;
  const { $patch: _directive, ...plain } = template;
  return { number, template: plainTemplate(plain) };
}

/** Older API servers wrote `creationTimestamp: null` into templates, newer ones do not: it makes no difference. */
function plainTemplate(template: JsonObject): JsonObject {
  const found = template["metadata"];
  if (!isJsonObject(found)) return template;
  const { creationTimestamp: _unset, ...metadata } = found;
  if (!isJsonObject(metadata["labels"])) return { ...template, metadata };
  const { [hashLabel]: _hash, ...labels } = metadata["labels"];
  return { ...template, metadata: { ...metadata, labels } };
}
