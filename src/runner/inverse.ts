/** PURE. The write that takes another one back, worked out against the object as it is now. */
import { restoreChanges } from "../action/restore.ts";
import type { Write } from "../action/write.ts";
import { isJsonObject } from "../kubernetes/json.ts";
import { asJson } from "../kubernetes/object.ts";
import type { UndoEntry } from "../transaction/undo-entry.ts";
import type { Written } from "./write.ts";

/** Undefined when there is nothing to send. */
export function inverseWrite(entry: UndoEntry, object: Written): Write | undefined {
  switch (entry.inverse) {
    case "restore":
    case "replay": {
      const operations = object === undefined ? [] : restoreChanges(entry.changes, asJson(object)).operations;
      return operations.length === 0 ? undefined : { kind: "patch", operations };
    }
    case "remove":
      return object === undefined ? undefined : { kind: "delete" };
    case "recreate":
      return isJsonObject(entry.preImage) ? { kind: "create", object: entry.preImage } : undefined;
    case "none":
      return undefined;
    default:
      return entry.inverse satisfies never;
  }
}
