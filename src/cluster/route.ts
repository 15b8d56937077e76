/** PURE. Where the API serves an object or a list. A kind that is not in the table cannot be reached. */
import { refused, success } from "../failure.ts";
import type { Result } from "../failure.ts";
import { isKind, kinds } from "../kubernetes/kind.ts";
import type { Kind, KindRoute } from "../kubernetes/kind.ts";
import { nameOf } from "../kubernetes/object.ts";
import type { ObjectRef } from "../kubernetes/object.ts";

/** Fails with `refused` for a kind that Stratus does not know, or a namespaced kind without its namespace. */
export function objectPath(ref: ObjectRef): Result<string> {
  if (!isKind(ref.kind)) return refused(`${ref.kind} is not a kind that Stratus reads or writes`);
  const { namespaced } = kinds[ref.kind];
  if (namespaced && ref.namespace === undefined) return refused(`${nameOf(ref)} needs a namespace`);
  return success(`${listPath(ref.kind, ref.namespace)}/${encodeURIComponent(ref.name)}`);
}

/** Without a namespace: the objects of all namespaces. */
export function listPath(kind: Kind, namespace: string | undefined): string {
  const { apiVersion, plural, namespaced }: KindRoute = kinds[kind];
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const within = namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${root}${within}/${plural}`;
}

/** The API group, empty for the core one. */
export function groupOf(kind: Kind): string {
  const { apiVersion }: KindRoute = kinds[kind];
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}
