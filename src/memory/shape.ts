/**
 * PURE. A remedy without its values and names: the same for every object that it is done to, and safe to keep. Two remedies that
 * differ in a value alone have one shape, and what is remembered of it says nothing between them.
 */
import type { Action } from "../action/action.ts";
import { isJsonObject, segmentsOf } from "../kubernetes/json.ts";
import type { Json } from "../kubernetes/json.ts";

const shapeCharactersMax = 400;
/** Deeper than this a field is not told apart. */
const depthMax = 12;

/** `patch Service spec.ports.targetPort; restart Deployment` */
export function shapeOf(actions: readonly Action[]): string {
  return actions.map(shapeOfAction).join("; ").slice(0, shapeCharactersMax);
}

function shapeOfAction(action: Action): string {
  const fields = [...new Set(fieldsOf(action))].toSorted((left, right) => (left < right ? -1 : 1));
  return [action.type, action.target.kind, fields.join(",")].join(" ").trimEnd();
}

function fieldsOf(action: Action): readonly string[] {
  switch (action.type) {
    case "patch":
    case "revert":
      return action.operations.map(({ path }) => withoutPositions(segmentsOf(path)));
    case "merge":
      return leavesOf(action.patch, []);
    case "set-image":
      return Object.keys(action.images);
    case "set-env":
      return [...Object.keys(action.set), ...action.unset];
    case "set-resources":
      return [
        ...Object.keys(action.limits).map((name) => `limits.${name}`),
        ...Object.keys(action.requests).map((name) => `requests.${name}`),
      ];
    case "untaint":
      return [action.key];
    case "apply":
    case "create":
    case "delete":
    case "rollback":
    case "restart":
    case "evict":
    case "cordon":
    case "uncordon":
    case "scale":
    case "hpa-limits":
    case "suspend":
      return [];
    default:
      return action satisfies never;
  }
}

/** Which entry of a list it was is no part of it: the same container may be another one there. */
function withoutPositions(segments: readonly string[]): string {
  return segments.filter((segment) => !/^(?:\d+|-)$/.test(segment)).join(".");
}

function leavesOf(value: Json, path: readonly string[]): readonly string[] {
  if (!isJsonObject(value) || path.length >= depthMax) return [path.join(".")];
  return Object.entries(value).flatMap(([key, entry]) => leavesOf(entry, [...path, key]));
}
