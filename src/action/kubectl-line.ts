/** PURE. The parts of a kubectl line that a person would type for an action or its undo. */
import type { JsonObject, PatchOperation } from "../kubernetes/json.ts";
import type { ObjectRef } from "../kubernetes/object.ts";

/** `kubectl -n shop`, or `kubectl` for what belongs to no namespace. */
export function kubectlIn({ namespace }: ObjectRef): string {
  return namespace === undefined ? "kubectl" : `kubectl -n ${namespace}`;
}

/** `deployment/web` */
export function named({ kind, name }: ObjectRef): string {
  return `${kind.toLowerCase()}/${name}`;
}

/** One argument for a shell that a person types into: in single quotes. */
export function quotedForShell(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** For a pipe. Not `echo`: some shells take its backslashes for their own. */
export function printed(object: JsonObject): string {
  return `printf %s ${quotedForShell(JSON.stringify(object))}`;
}

export function patchLine(ref: ObjectRef, operations: readonly PatchOperation[]): string {
  return `${kubectlIn(ref)} patch ${named(ref)} --type=json -p ${quotedForShell(JSON.stringify(operations))}`;
}

export function createLine(ref: ObjectRef, object: JsonObject): string {
  return `${printed(object)} | ${kubectlIn(ref)} create -f -`;
}

export function deleteLine(ref: ObjectRef): string {
  return `${kubectlIn(ref)} delete ${named(ref)}`;
}

/** ` -c app`; all containers are what kubectl means without it. */
export function inContainer(name: string): string {
  return name === "*" ? "" : ` -c ${name}`;
}
