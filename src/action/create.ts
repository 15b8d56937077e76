/**
 * PURE. Makes an object of a kind that has neither dependants nor data of its own; policy says which. Its inverse
 * removes exactly what was made, unless somebody has put something of theirs into it.
 */
import { refused, success } from "../failure.ts";
import { isJsonObject } from "../kubernetes/json.ts";
import type { JsonObject } from "../kubernetes/json.ts";
import { nameOf } from "../kubernetes/object.ts";
import type { Target } from "./action.ts";
import { withoutServerFields } from "./change.ts";
import type { KindOfAction } from "./kind-of-action.ts";
import { createLine } from "./kubectl-line.ts";

export const create: KindOfAction<"create"> = {
  needs: () => [],
  compile: ({ target, manifest }) => {
    const wrong = misnamed(target, manifest);
    if (wrong !== undefined) return refused(`${nameOf(target)}: ${wrong}`);
    return success({ kind: "create", object: placed(target, withoutServerFields(manifest)) });
  },
  mayTouch: [],
  inverse: "remove",
  transientBudget: () => 0,
  kubectl: ({ target, manifest }) => createLine(target, withoutServerFields(manifest)),
};

/** A manifest may leave its namespace to whoever creates it. */
function placed({ namespace }: Target, object: JsonObject): JsonObject {
  return namespace === undefined ? object : { ...object, metadata: { ...(object["metadata"] as JsonObject), namespace } };
}

/** Undefined when the manifest is of the very object that the target names. */
export function misnamed(target: Target, manifest: JsonObject): string | undefined {
  const { metadata } = manifest;
  if (manifest["kind"] !== target.kind) return `the manifest is of kind ${JSON.stringify(manifest["kind"] ?? null)}`;
  if (typeof manifest["apiVersion"] !== "string") return "the manifest has no apiVersion";
  if (!isJsonObject(metadata) || metadata["name"] !== target.name) return "the manifest has another name";
  if (metadata["namespace"] !== undefined && metadata["namespace"] !== target.namespace) return "the manifest is of another namespace";
  if (metadata["generateName"] !== undefined) return "the manifest leaves its name to the server";
  return undefined;
}
