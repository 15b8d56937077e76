import { isAt } from "../expect.ts";
import type { Fault } from "../fault.ts";

export const scaledToZero: Fault = {
  id: "scaled-to-zero",
  alerts: ["KubeServiceNoEndpoints"],
  components: [{ kind: "Deployment", name: "stock" }],
  causes: ["scaled-to-zero"],
  field: /replicas/,
  inject: (shop) => shop.kubectl("scale", "deployment/stock", "--replicas=0").then(() => undefined),
  repaired: (shop) => isAt(shop, "Deployment", "stock", "/spec/replicas", 2),
};
