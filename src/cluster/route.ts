/** PURE. Where the API serves an object or a list. A kind that is not in the table cannot be reached. */
import { refused, success } from "../failure.ts";
import type { Result } from "../failure.ts";
import { routeOf } from "../kubernetes/kind.ts";
import type { CustomKinds, KindRoute } from "../kubernetes/kind.ts";
import { nameOf } from "../kubernetes/object.ts";
import type { ObjectRef } from "../kubernetes/object.ts";

/** Fails with `refused` for a kind that Stratus does not know. */
export function routeTo(kind: string, custom: CustomKinds): Result<KindRoute> {
  const route = routeOf(kind, custom);
  return route === undefined ? refused(`${kind} is not a kind that Stratus reads or writes`) : success(route);
}

/** Fails with `refused` for a kind that Stratus does not know, or a namespaced kind without its namespace. */
export function objectPath(ref: ObjectRef, custom: CustomKinds): Result<string> {
  const list = collectionPath(ref, custom);
  if (!isSegment(ref.name)) return refused(`${JSON.stringify(ref.name)} is no name of an object`);
  return list.ok ? success(`${list.value}/${encodeURIComponent(ref.name)}`) : list;
}

/** What is not, no escaping makes one: it would name the list, or what is above it (RFC 3986, 5.2.4). */
function isSegment(name: string): boolean {
  return !/^\.{0,2}$/.test(name);
}

/** Where an object of this kind is created. Fails as `objectPath` does. */
export function collectionPath(ref: ObjectRef, custom: CustomKinds): Result<string> {
  const route = routeTo(ref.kind, custom);
  if (!route.ok) return route;
  if (route.value.namespaced && ref.namespace === undefined) return refused(`${nameOf(ref)} needs a namespace`);
  if (ref.namespace !== undefined && !isSegment(ref.namespace))
    return refused(`${JSON.stringify(ref.namespace)} is no name of a namespace`);
  return success(listPath(route.value, ref.namespace));
}

/** Without a namespace: the objects of all namespaces. */
export function listPath({ apiVersion, plural, namespaced }: KindRoute, namespace: string | undefined): string {
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const within = namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${root}${within}/${plural}`;
}

/** The API group, empty for the core one. */
export function groupOf({ apiVersion }: KindRoute): string {
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}
