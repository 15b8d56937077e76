/** PURE. Stops a CronJob from starting further Jobs, or lets it start them again. Jobs that run go on. */
import { refused, success } from "../failure.ts";
import { asJson, nameOf } from "../kubernetes/object.ts";
import { valueAt } from "../kubernetes/json.ts";
import { onlyFor } from "./kind-of-action.ts";
import type { KindOfAction } from "./kind-of-action.ts";
import { patchLine } from "./kubectl-line.ts";

const path = "/spec/suspend";

export const suspend: KindOfAction<"suspend"> = {
  needs: () => [],
  compile({ target, suspend: wanted }, { object }) {
    const unfit = onlyFor(target, ["CronJob"], "cannot be suspended");
    if (unfit !== undefined) return unfit;
    if ((valueAt(asJson(object), path) ?? false) === wanted)
      return refused(`${nameOf(target)} is ${wanted ? "suspended already" : "not suspended"}`);
    return success({ kind: "patch", operations: [{ op: "add", path, value: wanted }] });
  },
  mayTouch: [path],
  inverse: "restore",
  transientBudget: () => 0,
  kubectl: ({ target, suspend: wanted }) => patchLine(target, [{ op: "add", path, value: wanted }]),
};
