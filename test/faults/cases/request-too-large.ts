import { isAt } from "../expect.ts";
import type { Fault } from "../fault.ts";

const cpu = "/spec/template/spec/containers/0/resources";

/** The limit has to go up with the request, or the API server refuses it. */
export const requestTooLarge: Fault = {
  id: "request-too-large",
  alerts: ["KubePodNotReady", "KubeDeploymentRolloutStuck"],
  components: [{ kind: "Deployment", name: "catalog" }],
  causes: ["unschedulable-after-change"],
  field: /resources/,
  inject: (shop) =>
    shop.patch(
      "deployment",
      "catalog",
      { op: "replace", path: `${cpu}/limits/cpu`, value: "256" },
      { op: "replace", path: `${cpu}/requests/cpu`, value: "256" },
    ),
  repaired: (shop) =>
    isAt(shop, "Deployment", "catalog", cpu, { limits: { cpu: "500m", memory: "64Mi" }, requests: { cpu: "10m", memory: "16Mi" } }),
};
