/** PURE. The containers of a workload's pod template, and what setting one of their fields comes to. */
import { refused, success } from "../failure.ts";
import type { Result } from "../failure.ts";
import { isJsonArray, isJsonObject, jsonEqual, pointer, valueAt } from "../kubernetes/json.ts";
import type { Json, JsonObject, PatchOperation } from "../kubernetes/json.ts";
import { own } from "../kubernetes/merge-patch.ts";
import { asJson, nameOf } from "../kubernetes/object.ts";
import type { KubernetesObject } from "../kubernetes/object.ts";
import type { Target } from "./action.ts";
import { onlyFor, workloadKinds } from "./kind-of-action.ts";
import type { Write } from "./write.ts";

export interface TemplateContainer {
  readonly name: string;
  readonly path: string;
  readonly fields: JsonObject;
}

/** Those of one name, or all for `*`; `kubectl set` means init containers too. `refused` when there is none. */
export function containersNamed(target: Target, object: KubernetesObject, name: string): Result<readonly TemplateContainer[]> {
  const unfit = onlyFor(target, workloadKinds, "has no pod template to set");
  if (unfit !== undefined) return unfit;
  const found = ["containers", "initContainers"].flatMap((list) => containersIn(object, `/spec/template/spec/${list}`));
  const chosen = found.filter((container) => name === "*" || container.name === name);
  return chosen.length > 0 ? success(chosen) : refused(`${nameOf(target)} has no container ${name}`);
}

function containersIn(object: KubernetesObject, path: string): TemplateContainer[] {
  const list = valueAt(asJson(object), path);
  if (!isJsonArray(list)) return [];
  return list.flatMap((fields, index) => {
    const name = isJsonObject(fields) ? fields["name"] : undefined;
    return isJsonObject(fields) && typeof name === "string" ? [{ name, path: path + pointer(index), fields }] : [];
  });
}

/** `undefined` for a field that goes. */
export function setField({ path, fields }: TemplateContainer, field: string, value: Json | undefined): PatchOperation[] {
  const here = own(fields, field);
  if (jsonEqual(here, value)) return [];
  const place = path + pointer(field);
  if (value === undefined) return [{ op: "remove", path: place }];
  return [{ op: here === undefined ? "add" : "replace", path: place, value }];
}

/** `refused` when there is nothing to change. */
export function asWrite(target: Target, what: string, operations: readonly PatchOperation[]): Result<Write> {
  return operations.length === 0 ? refused(`${nameOf(target)} has ${what} already`) : success({ kind: "patch", operations });
}
