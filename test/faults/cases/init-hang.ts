import { isAt } from "../expect.ts";
import type { Fault } from "../fault.ts";

const initContainers = "/spec/template/spec/initContainers";

export const initHang: Fault = {
  id: "init-hang",
  alerts: ["KubePodNotReady", "KubeDeploymentRolloutStuck"],
  components: [{ kind: "Deployment", name: "stock" }],
  causes: ["init-container-waits"],
  field: /initContainers/,
  inject: (shop) =>
    shop.patch("deployment", "stock", {
      op: "add",
      path: initContainers,
      value: [
        {
          name: "wait",
          image: "test.local/busybox:1",
          command: ["/bin/sh", "-c", "until nslookup ledger; do echo waiting; sleep 2; done"],
        },
      ],
    }),
  repaired: (shop) => isAt(shop, "Deployment", "stock", initContainers, undefined),
};
