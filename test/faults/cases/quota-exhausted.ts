import { isAt } from "../expect.ts";
import type { Fault } from "../fault.ts";

const pods = "/spec/hard/pods";

/** The shop has thirteen pods: the next one that has to start is refused. */
export const quotaExhausted: Fault = {
  id: "quota-exhausted",
  alerts: ["KubeDeploymentReplicasMismatch"],
  components: [{ kind: "ResourceQuota", name: "pods" }],
  causes: ["quota-exhausted"],
  field: /pods/,
  setting: (objects, { namespace }) => [
    { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "pods", namespace }, spec: { hard: { pods: "30" } } },
    ...objects,
  ],
  async inject(shop) {
    await shop.patch("resourcequota", "pods", { op: "replace", path: pods, value: "11" });
    await shop.kubectl("delete", "pod", "--selector=app=stock", "--wait=false");
  },
  repaired: (shop) => isAt(shop, "ResourceQuota", "pods", pods, "30"),
  stays: {
    paths: /^Deployment stock: spec\.template\.metadata\.annotations/,
    because: "a controller that was refused asks again at once for a new template only",
  },
};
