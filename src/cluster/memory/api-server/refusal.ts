/** PURE. How the API server says no. Source: apimachinery `pkg/api/errors`. */
import type { ApiRefusal } from "../../answer.ts";
import { routeOf } from "../../../kubernetes/kind.ts";
import type { CustomKinds } from "../../../kubernetes/kind.ts";
import type { ObjectRef } from "../../../kubernetes/object.ts";
import type { Faults } from "./fault.ts";

export interface Refusal {
  readonly ok: false;
  readonly refusal: ApiRefusal;
}

/** By the status: what most failures of it are called. */
const words: Readonly<Record<number, string>> = {
  400: "BadRequest",
  403: "Forbidden",
  404: "NotFound",
  409: "Conflict",
  422: "Invalid",
  429: "TooManyRequests",
};

export function refuse(status: number, reason: string, more: Partial<ApiRefusal> = {}): Refusal {
  return { ok: false, refusal: { status, reason, word: words[status], ...more } };
}

/** `deployments.apps "web"` */
export function resourceName(ref: ObjectRef, custom: CustomKinds): string {
  return `${routeOf(ref.kind, custom)?.plural ?? ref.kind.toLowerCase()}${suffix(ref.kind, custom)} "${ref.name}"`;
}

/** `Deployment.apps "web"` */
export function kindName(ref: ObjectRef, custom: CustomKinds): string {
  return `${ref.kind}${suffix(ref.kind, custom)} "${ref.name}"`;
}

function suffix(kind: string, custom: CustomKinds): string {
  const [group, version] = (routeOf(kind, custom)?.apiVersion ?? "v1").split("/");
  return version === undefined ? "" : `.${group ?? ""}`;
}

export function absent(ref: ObjectRef, custom: CustomKinds): Refusal {
  return refuse(404, `${resourceName(ref, custom)} not found`);
}

export function unprocessable(ref: ObjectRef, custom: CustomKinds, faults: Faults): Refusal {
  const listed = faults.length === 1 ? (faults[0] ?? "") : `[${faults.join(", ")}]`;
  return refuse(422, `${kindName(ref, custom)} is invalid: ${listed}`);
}

/** What came of a patch is no object of its kind. The server quotes all of it, which helps nobody. */
export function undecodable(fault: string): Refusal {
  return refuse(422, ` "" is invalid: patch: Invalid value: ...: ${fault}`);
}

/** Undefined when the object is the one that was read. */
export function moved(
  ref: ObjectRef,
  custom: CustomKinds,
  read: { readonly uid: string; readonly resourceVersion: string },
  now: { readonly uid: string; readonly resourceVersion: string },
): Refusal | undefined {
  const said = (what: string, of: string, is: string, so: string): Refusal =>
    refuse(
      409,
      `Operation cannot be fulfilled on ${kindName(ref, custom)}: the ${what} in the precondition (${of}) does not match the ${what} in record (${is}). The object might have been ${so}`,
    );
  if (read.uid !== now.uid) return said("UID", read.uid, now.uid, "deleted and then recreated");
  if (read.resourceVersion !== now.resourceVersion) return said("ResourceVersion", read.resourceVersion, now.resourceVersion, "modified");
  return undefined;
}
