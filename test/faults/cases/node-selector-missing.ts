import { isAt } from "../expect.ts";
import type { Fault } from "../fault.ts";

const nodeSelector = "/spec/template/spec/nodeSelector";

export const nodeSelectorMissing: Fault = {
  id: "node-selector-missing",
  alerts: ["KubePodNotReady", "KubeDeploymentRolloutStuck"],
  components: [{ kind: "Deployment", name: "frontend" }],
  causes: ["node-selector-fits-no-node", "unschedulable-after-change"],
  field: /nodeSelector/,
  inject: (shop) => shop.patch("deployment", "frontend", { op: "add", path: nodeSelector, value: { disk: "nvme" } }),
  repaired: (shop) => isAt(shop, "Deployment", "frontend", nodeSelector, undefined),
};
