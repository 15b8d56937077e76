/**
 * PURE. `kubectl apply` of one object as a difference: what the manifest says is set, what was last applied and is not in
 * it any more goes, everything else stays. The annotation that records what was applied is left to kubectl.
 */
import { describeFailure, refused, success } from "../failure.ts";
import { isJsonObject } from "../kubernetes/json.ts";
import type { Json, JsonObject } from "../kubernetes/json.ts";
import { operationsBetween, own } from "../kubernetes/merge-patch.ts";
import { asJson, nameOf } from "../kubernetes/object.ts";
import type { KubernetesObject } from "../kubernetes/object.ts";
import { withoutServerFields } from "./change.ts";
import { misnamed } from "./create.ts";
import { rollingBudget } from "./kind-of-action.ts";
import type { KindOfAction } from "./kind-of-action.ts";
import { kubectlIn, printed } from "./kubectl-line.ts";
import { threeWayMerge } from "./three-way-merge.ts";

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

export const apply: KindOfAction<"apply"> = {
  needs: () => [],
  compile({ target, manifest }, { object }) {
    const wrong = misnamed(target, manifest);
    if (wrong !== undefined) return refused(`${nameOf(target)}: ${wrong}`);
    if (manifest["apiVersion"] !== object.apiVersion)
      return refused(`${nameOf(target)} is served as ${object.apiVersion}: write the manifest for that`);
    const here = asJson(object);
    const applied = lastAppliedTo(object);
    const merged = threeWayMerge(target.kind, { applied, wanted: asApplied(manifest, object), here });
    if (!merged.ok) return refused(`${nameOf(target)}: ${describeFailure(merged.failure)}`);
    const operations = operationsBetween(here, merged.value);
    return operations.length === 0
      ? refused(`the manifest would change nothing on ${nameOf(target)}`)
      : success({ kind: "patch", operations });
  },
  mayTouch: [],
  inverse: "restore",
  transientBudget: ({ target }, replicas) => rollingBudget(target, replicas),
  kubectl: ({ target, manifest }) => `${printed(withoutServerFields(manifest))} | ${kubectlIn(target)} apply -f -`,
};

/**
 * kubectl's own manifest always has the namespace, and annotations, with its record of the manifest among them: so those of
 * others stay. Source: GetModifiedConfiguration of k8s.io/kubectl 0.34.
 */
function asApplied(manifest: JsonObject, object: KubernetesObject): JsonObject {
  const { metadata, ...rest } = withoutServerFields(manifest);
  if (!isJsonObject(metadata)) return rest;
  const { namespace } = object.metadata;
  const { annotations, ...unplaced } = metadata;
  const named = namespace === undefined ? unplaced : { ...unplaced, namespace };
  const { [lastApplied]: _record, ...wanted } = isJsonObject(annotations) ? annotations : ({} as JsonObject);
  const none = Object.keys(wanted).length === 0 && object.metadata.annotations === undefined;
  return { ...rest, metadata: none ? named : { ...named, annotations: wanted } };
}

function lastAppliedTo(object: KubernetesObject): JsonObject {
  const record = own(object.metadata.annotations ?? {}, lastApplied);
  try {
    const manifest = JSON.parse(typeof record === "string" ? record : "{}") as Json;
    return isJsonObject(manifest) ? withoutServerFields(manifest) : {};
  } catch {
    return {};
  }
}
