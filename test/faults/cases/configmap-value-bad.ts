import { isAt } from "../expect.ts";
import type { Fault } from "../fault.ts";

/** The consumers took the value up at their start: the old one alone changes nothing until they start once more. */
export const configmapValueBad: Fault = {
  id: "configmap-value-bad",
  alerts: ["HighRequestErrorRate"],
  components: [{ kind: "ConfigMap", name: "payment-config" }],
  causes: [],
  field: /FAIL_RATIO/,
  async inject(shop) {
    await shop.patch("configmap", "payment-config", { op: "replace", path: "/data/FAIL_RATIO", value: "0.6" });
    await shop.kubectl("rollout", "restart", "deployment/payment");
  },
  repaired: (shop) => isAt(shop, "ConfigMap", "payment-config", "/data", { BACKEND_URL: "", FAIL_RATIO: "0", DELAY_MS: "0" }),
  stays: { paths: /^Deployment payment: spec\.template\.metadata\.annotations/, because: "when its pods were restarted" },
};
