/** PURE. Changes single fields by JSON Patch; policy says which fields of which kinds are writable. */
import { success } from "../failure.ts";
import { rollingBudget } from "./kind-of-action.ts";
import type { KindOfAction } from "./kind-of-action.ts";
import { patchLine } from "./kubectl-line.ts";

export const patch: KindOfAction<"patch"> = {
  needs: () => [],
  compile: ({ operations }) => success({ kind: "patch", operations }),
  mayTouch: [],
  inverse: "restore",
  transientBudget: ({ target }, replicas) => rollingBudget(target, replicas),
  kubectl: ({ target, operations }) => patchLine(target, operations),
};
