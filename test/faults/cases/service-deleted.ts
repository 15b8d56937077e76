import { isAt } from "../expect.ts";
import type { Fault } from "../fault.ts";

export const serviceDeleted: Fault = {
  id: "service-deleted",
  alerts: ["HighRequestErrorRate", "NoRequests"],
  components: [{ kind: "Service", name: "payment" }],
  causes: ["service-missing", "address-leads-nowhere"],
  field: /not as it was|not there|gone|deleted/,
  inject: (shop) => shop.kubectl("delete", "service", "payment").then(() => undefined),
  repaired: (shop) => isAt(shop, "Service", "payment", "/spec/selector", { app: "payment" }),
  stays: { paths: /^Service payment: metadata\.annotations\.kubectl/, because: "kubectl's note of its last apply is not recorded" },
};
