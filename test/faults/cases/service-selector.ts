import { isAt } from "../expect.ts";
import type { Fault } from "../fault.ts";

const selector = "/spec/selector";

export const serviceSelector: Fault = {
  id: "service-selector",
  alerts: ["KubeServiceNoEndpoints", "NoRequests"],
  components: [{ kind: "Service", name: "stock" }],
  causes: ["selector-matches-no-pod"],
  field: /selector/,
  inject: (shop) => shop.patch("service", "stock", { op: "replace", path: `${selector}/app`, value: "stock-v2" }),
  repaired: (shop) => isAt(shop, "Service", "stock", selector, { app: "stock" }),
};
