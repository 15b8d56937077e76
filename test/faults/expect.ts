/** What the oracles of the faults have in common: a field has the value it had, or an object is as it was. */
import { jsonEqual, valueAt, type Json } from "../../src/kubernetes/json.ts";
import { asJson } from "../../src/kubernetes/object.ts";
import type { Shop } from "./shop.ts";

/** `path` as in JSON Patch; `wanted` undefined: nothing is there. */
export async function isAt(shop: Shop, kind: string, name: string, path: string, wanted: Json | undefined): Promise<true | string> {
  const object = await shop.read(kind, name);
  if (object === undefined) return `${kind} ${name} is not there`;
  const found = valueAt(object, path);
  return jsonEqual(found, wanted) || `${kind} ${name} ${path} is ${JSON.stringify(found) ?? "absent"}`;
}

/** The first that is not. */
export async function all(...checks: readonly Promise<true | string>[]): Promise<true | string> {
  const told = await Promise.all(checks);
  return told.find((each) => each !== true) ?? true;
}

export async function isAtNode(shop: Shop, name: string, path: string, wanted: Json | undefined): Promise<true | string> {
  const node = await shop.hands.read({ kind: "Node", name });
  const found = node === undefined ? undefined : valueAt(asJson(node), path);
  return jsonEqual(found, wanted) || `Node ${name} ${path} is ${JSON.stringify(found) ?? "absent"}`;
}
