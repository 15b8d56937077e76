import { isAt } from "../expect.ts";
import type { Fault } from "../fault.ts";

const command = "/spec/template/spec/containers/0/command";

export const flagUnready: Fault = {
  id: "flag-unready",
  alerts: ["KubePodNotReady", "KubeDeploymentRolloutStuck"],
  components: [{ kind: "Deployment", name: "stock" }],
  causes: ["not-ready-after-change"],
  field: /command/,
  inject: (shop) => shop.patch("deployment", "stock", { op: "add", path: `${command}/-`, value: "--unready" }),
  repaired: (shop) => isAt(shop, "Deployment", "stock", command, ["/bin/podinfo", "--port=9898", "--level=info"]),
};
