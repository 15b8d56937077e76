/** PURE. What a case is: objects, the actions of one transaction on them, and what foreign hands would change there. */
import type { Action, Target } from "../../src/action/action.ts";
import type { Json, JsonObject, PatchOperation } from "../../src/kubernetes/json.ts";
import { refOf, asObject } from "../../src/kubernetes/object.ts";
import type { Hands } from "./hands.ts";

/** Each run of a case has a namespace of its own; what belongs to no namespace is named after it. */
export interface Place {
  readonly namespace: string;
  /** Pods are started; otherwise nobody schedules them, and a rollout waits for ever with nothing running. */
  readonly scheduled: boolean;
}

export interface ForeignEdit {
  readonly operations: readonly PatchOperation[];
  /**
   * What comes of it on the object as it was before the transaction: how it must be in the end. Of an object that the transaction
   * made: on the object as the foreign hand left it.
   */
  readonly expected: readonly PatchOperation[];
  /** How the field is named to a person. */
  readonly named: string;
}

/** A text says why it makes no sense here. */
export type Applicable<T> = T | string;

export interface Setting {
  readonly objects: readonly JsonObject[];
  /** After the objects were made, before anything is looked at. */
  readonly beforehand?: (hands: Hands) => Promise<unknown>;
  readonly actions: readonly Action[] | ((hands: Hands) => Promise<readonly Action[]>);
  /** On the target of the first action. */
  readonly same: Applicable<ForeignEdit>;
  readonly other?: Applicable<ForeignEdit>;
  /** Why nobody would delete the target and create it again. */
  readonly neverRemade?: string;
  /** The namespace's. */
  readonly labels?: Readonly<Record<string, string>>;
}

export interface FidelityCase {
  readonly name: string;
  /** Where pods matter: with them the actions are waited for, and ready replicas are counted while they are undone. */
  readonly pods?: "roll out" | "get stuck";
  readonly setting: (place: Place) => Setting;
  /** Why no snapshot of objects has to do with it. */
  readonly noSnapshot?: string;
}

export function fidelityCase(
  name: string,
  setting: FidelityCase["setting"],
  more: Pick<FidelityCase, "pods" | "noSnapshot"> = {},
): FidelityCase {
  return { name, setting, ...more };
}

export function targetOf(object: JsonObject): Target {
  const { kind, namespace, name } = refOf(asObject(object));
  return namespace === undefined ? { kind, name } : { kind, namespace, name };
}

export function set(path: string, value: Json): PatchOperation {
  return { op: "add", path, value };
}

export function put(path: string, value: Json): PatchOperation {
  return { op: "replace", path, value };
}

export function drop(path: string): PatchOperation {
  return { op: "remove", path };
}

/** `expected`: where the field is not at the same place without us. */
export function edit(named: string, operation: PatchOperation, expected: readonly PatchOperation[] = [operation]): ForeignEdit {
  return { operations: [operation], expected, named };
}

export function patch(object: JsonObject, ...operations: readonly PatchOperation[]): Action {
  return { type: "patch", target: targetOf(object), operations: operations as Extract<Action, { type: "patch" }>["operations"] };
}

/** Of a field that no case is about. */
export const labelled: ForeignEdit = edit("metadata.labels.team", set("/metadata/labels/team", "blue"));
