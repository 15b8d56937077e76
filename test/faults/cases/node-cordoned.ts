import { isAtNode } from "../expect.ts";
import type { Fault } from "../fault.ts";

/** The only node: a pod that is deleted finds no place. */
export const nodeCordoned: Fault = {
  id: "node-cordoned",
  alerts: ["KubePodNotReady", "KubeDeploymentReplicasMismatch"],
  components: [{ kind: "Node", name: "node-1" }],
  causes: ["node-closed"],
  field: /unschedulable/,
  alone: true,
  async inject(shop) {
    await shop.kubectl("cordon", "node-1");
    await shop.kubectl("delete", "pod", "--selector=app=stock", "--wait=false");
  },
  leave: (shop) => shop.kubectl("uncordon", "node-1").then(() => undefined),
  repaired: (shop) => isAtNode(shop, "node-1", "/spec/unschedulable", undefined),
};
