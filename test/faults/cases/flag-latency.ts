import { isAt } from "../expect.ts";
import type { Fault } from "../fault.ts";

const args = "/spec/template/spec/containers/0/args";

/** Two seconds before each answer, and every answer is right. */
export const flagLatency: Fault = {
  id: "flag-latency",
  alerts: ["HighRequestLatency"],
  components: [{ kind: "Deployment", name: "checkout" }],
  causes: [],
  field: /args/,
  inject: (shop) => shop.patch("deployment", "checkout", { op: "add", path: args, value: ["--delay-ms=2000"] }),
  repaired: (shop) => isAt(shop, "Deployment", "checkout", args, undefined),
};
