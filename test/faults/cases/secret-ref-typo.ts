import { isAt } from "../expect.ts";
import type { Fault } from "../fault.ts";
import { isNamed, withField } from "../shop.ts";

const entry = ["spec", "template", "spec", "containers", 0, "env", 5] as const;
const reference = `/${entry.join("/")}/valueFrom/secretKeyRef/name`;

export const secretRefTypo: Fault = {
  id: "secret-ref-typo",
  alerts: ["KubeContainerWaiting", "KubePodNotReady"],
  components: [{ kind: "Deployment", name: "payment" }],
  causes: ["reference-missing"],
  field: /secretKeyRef/,
  setting: (objects, { namespace }) => [
    { apiVersion: "v1", kind: "Secret", metadata: { name: "payment-key", namespace }, stringData: { key: "of this test alone" } },
    ...objects.map((object) =>
      isNamed(object, "Deployment", "payment")
        ? withField(object, entry, { name: "KEY", valueFrom: { secretKeyRef: { name: "payment-key", key: "key" } } })
        : object,
    ),
  ],
  inject: (shop) => shop.patch("deployment", "payment", { op: "replace", path: reference, value: "payment-keys" }),
  repaired: (shop) => isAt(shop, "Deployment", "payment", reference, "payment-key"),
};
