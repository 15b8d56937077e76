import { all, isAt } from "../expect.ts";
import type { Fault } from "../fault.ts";

const pod = "/spec/template/spec";

/** Ready, and finds nobody by name. */
export const dnsPolicyWrong: Fault = {
  id: "dns-policy-wrong",
  alerts: ["HighRequestErrorRate"],
  components: [{ kind: "Deployment", name: "checkout" }],
  causes: ["dns-settings"],
  field: /dns/,
  inject: (shop) =>
    shop.patch(
      "deployment",
      "checkout",
      { op: "replace", path: `${pod}/dnsPolicy`, value: "None" },
      { op: "add", path: `${pod}/dnsConfig`, value: { nameservers: ["192.0.2.53"] } },
    ),
  repaired: (shop) =>
    all(
      isAt(shop, "Deployment", "checkout", `${pod}/dnsPolicy`, "ClusterFirst"),
      isAt(shop, "Deployment", "checkout", `${pod}/dnsConfig`, undefined),
    ),
};
