import { isAt } from "../expect.ts";
import type { Fault } from "../fault.ts";
import { isNamed, withField } from "../shop.ts";

const value = ["spec", "template", "spec", "containers", 0, "env", 2] as const;

/** Ready all the while; its calls fail. */
export const backendUrlWrongPort: Fault = {
  id: "backend-url-wrong-port",
  alerts: ["HighRequestErrorRate"],
  components: [{ kind: "Deployment", name: "checkout" }],
  causes: ["address-leads-nowhere"],
  field: /BACKEND_URL/,
  setting: (objects) =>
    objects.map((object) =>
      isNamed(object, "Deployment", "checkout") ? withField(object, value, { name: "BACKEND_URL", value: "http://payment:9898/" }) : object,
    ),
  inject: (shop) =>
    shop.patch("deployment", "checkout", { op: "replace", path: `/${value.join("/")}/value`, value: "http://payment:9899/" }),
  repaired: (shop) => isAt(shop, "Deployment", "checkout", `/${value.join("/")}/value`, "http://payment:9898/"),
};
