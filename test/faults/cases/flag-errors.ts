import { isAt } from "../expect.ts";
import type { Fault } from "../fault.ts";

const args = "/spec/template/spec/containers/0/args";

/** Rolled out, ready, and a third of its answers are errors: only the requests tell. */
export const flagErrors: Fault = {
  id: "flag-errors",
  alerts: ["HighRequestErrorRate"],
  components: [{ kind: "Deployment", name: "payment" }],
  causes: [],
  field: /args/,
  inject: (shop) => shop.patch("deployment", "payment", { op: "add", path: args, value: ["--fail-ratio=0.34"] }),
  repaired: (shop) => isAt(shop, "Deployment", "payment", args, undefined),
};
