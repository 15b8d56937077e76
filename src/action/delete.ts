/**
 * PURE. Removes an object of a kind that has neither dependants nor data of its own; policy says which. Its inverse makes
 * the object again from its full snapshot: equal to the old one in all but what the server sets.
 */
import { refused, success } from "../failure.ts";
import { nameOf } from "../kubernetes/object.ts";
import type { KindOfAction } from "./kind-of-action.ts";
import { deleteLine } from "./kubectl-line.ts";

export const remove: KindOfAction<"delete"> = {
  needs: () => [],
  compile: ({ target }, { object }) =>
    // Whoever set a finalizer wants to do something first: that cannot be taken back.
    (object as { readonly metadata: { readonly finalizers?: readonly string[] } }).metadata.finalizers?.length
      ? refused(`${nameOf(target)} has finalizers: its deletion has effects elsewhere that cannot be taken back`)
      : success({ kind: "delete" }),
  mayTouch: [],
  inverse: "recreate",
  transientBudget: () => 0,
  kubectl: ({ target }) => deleteLine(target),
};
