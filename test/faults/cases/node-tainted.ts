import { isAtNode } from "../expect.ts";
import type { Fault } from "../fault.ts";

export const nodeTainted: Fault = {
  id: "node-tainted",
  alerts: ["KubePodNotReady", "KubeDeploymentReplicasMismatch"],
  components: [{ kind: "Node", name: "node-1" }],
  causes: ["node-closed"],
  field: /taint/,
  alone: true,
  async inject(shop) {
    await shop.kubectl("taint", "node", "node-1", "maintenance=disk:NoSchedule");
    await shop.kubectl("delete", "pod", "--selector=app=catalog", "--wait=false");
  },
  leave: (shop) => shop.kubectl("taint", "node", "node-1", "maintenance-").then(() => undefined),
  repaired: (shop) => isAtNode(shop, "node-1", "/spec/taints", undefined),
};
