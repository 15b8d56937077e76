import { isAt } from "../expect.ts";
import type { Fault } from "../fault.ts";

const targetPort = "/spec/ports/0/targetPort";

/** The pods stay ready and the Service has endpoints: only the callers notice. */
export const serviceTargetPort: Fault = {
  id: "service-target-port",
  alerts: ["HighRequestErrorRate", "NoRequests"],
  components: [{ kind: "Service", name: "payment" }],
  causes: ["target-port-matches-no-container-port"],
  field: /targetPort/,
  inject: (shop) => shop.patch("service", "payment", { op: "replace", path: targetPort, value: 9999 }),
  repaired: (shop) => isAt(shop, "Service", "payment", targetPort, "http"),
};
