import { isAt } from "../expect.ts";
import type { Fault } from "../fault.ts";

const port = "/spec/template/spec/containers/0/readinessProbe/httpGet/port";

export const readinessPortWrong: Fault = {
  id: "readiness-port-wrong",
  alerts: ["KubePodNotReady", "KubeDeploymentRolloutStuck"],
  components: [{ kind: "Deployment", name: "stock" }],
  causes: ["bad-probe-after-change", "probe-differs-from-working-one"],
  field: /readinessProbe/,
  inject: (shop) => shop.patch("deployment", "stock", { op: "replace", path: port, value: 9797 }),
  repaired: (shop) => isAt(shop, "Deployment", "stock", port, "http"),
};
