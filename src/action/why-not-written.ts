/**
 * PURE. Why an object is not written, as far as it can be told without the server: its marks, its owners, the fields. Where somebody
 * else keeps the object, with the change that belongs at its source.
 */
import { applyPatch, isJsonObject } from "../kubernetes/json.ts";
import { asJson } from "../kubernetes/object.ts";
import type { KubernetesObject } from "../kubernetes/object.ts";
import type { Action } from "./action.ts";
import { changesBetween, describePath } from "./change.ts";
import type { Change } from "./change.ts";
import { whyNotField, whyNotObject } from "./policy.ts";
import type { Policy } from "./policy.ts";
import type { Write } from "./write.ts";

export function whyNotWritten(policy: Policy, action: Action, object: KubernetesObject, write: Write): string | undefined {
  const intended = write.kind === "patch" ? intendedChanges(object, write) : [];
  const whyNot = whyNotObject(policy, action, object);
  if (whyNot !== undefined)
    return `${whyNot}${whyNot.endsWith("change it there") || whyNot.endsWith("repository") ? proposal(intended) : ""}`;
  return intended.map((change) => whyNotField(policy, action, change)).find((reason) => reason !== undefined);
}

function intendedChanges(object: KubernetesObject, write: Extract<Write, { kind: "patch" }>): Change[] {
  const patched = applyPatch(asJson(object), write.operations);
  return patched.ok && isJsonObject(patched.value) ? changesBetween(asJson(object), patched.value) : [];
}

/** What whoever owns the object should change at its source. */
function proposal(changes: readonly Change[]): string {
  const lines = changes
    .filter((change) => !change.container)
    .map((change) => `${describePath(change.path)} from ${shown(change.before)} to ${shown(change.after)}`);
  return lines.length === 0 ? "" : `: ${lines.slice(0, 3).join(", ")}${lines.length > 3 ? ` and ${lines.length - 3} more` : ""}`;
}

function shown(side: Change["before"]): string {
  return side === null ? "nothing" : JSON.stringify(side.value).slice(0, 100);
}
