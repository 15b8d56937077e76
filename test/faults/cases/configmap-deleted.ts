import { isAt } from "../expect.ts";
import type { Fault } from "../fault.ts";

/** Nothing in the cluster knows its values any more. */
export const configmapDeleted: Fault = {
  id: "configmap-deleted",
  alerts: ["KubeContainerWaiting", "KubePodNotReady"],
  components: [{ kind: "ConfigMap", name: "payment-config" }],
  causes: ["reference-missing", "configmap-key-missing"],
  field: /not as it was|not there|gone|deleted/,
  needsRecord: true,
  async inject(shop) {
    await shop.kubectl("delete", "configmap", "payment-config");
    await shop.kubectl("rollout", "restart", "deployment/payment");
  },
  repaired: (shop) => isAt(shop, "ConfigMap", "payment-config", "/data", { BACKEND_URL: "", FAIL_RATIO: "0", DELAY_MS: "0" }),
  stays: {
    paths: /^Deployment payment: spec\.template\.metadata\.annotations|^ConfigMap payment-config: metadata\.annotations\.kubectl/,
    because: "when its pods were restarted; kubectl's note of its last apply is not recorded",
  },
};
