import { isAt } from "../expect.ts";
import type { Fault } from "../fault.ts";

/** Whoever starts anew cannot: CreateContainerConfigError. The rollout is what brings it to light, and nothing is wrong with it. */
export const configmapKeyRemoved: Fault = {
  id: "configmap-key-removed",
  alerts: ["KubeContainerWaiting", "KubePodNotReady"],
  components: [{ kind: "ConfigMap", name: "payment-config" }],
  causes: ["configmap-key-missing"],
  field: /DELAY_MS/,
  async inject(shop) {
    await shop.patch("configmap", "payment-config", { op: "remove", path: "/data/DELAY_MS" });
    await shop.kubectl("rollout", "restart", "deployment/payment");
  },
  repaired: (shop) => isAt(shop, "ConfigMap", "payment-config", "/data", { BACKEND_URL: "", FAIL_RATIO: "0", DELAY_MS: "0" }),
  stays: {
    paths: /^Deployment payment: .*restartedAt|^Deployment payment: spec\.template\.metadata\.annotations$/,
    because: "the injection's own restart",
  },
};
