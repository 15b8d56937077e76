import { isAt } from "../expect.ts";
import type { Fault } from "../fault.ts";

const image = "/spec/template/spec/containers/0/image";

/** The old pods stay and serve: only the rollout is stuck. */
export const imageTagMissing: Fault = {
  id: "image-tag-missing",
  alerts: ["KubeContainerWaiting", "KubePodNotReady", "KubeDeploymentRolloutStuck"],
  components: [{ kind: "Deployment", name: "catalog" }],
  causes: ["image-cannot-be-pulled"],
  field: /image/,
  inject: (shop) => shop.patch("deployment", "catalog", { op: "replace", path: image, value: "test.local/podinfo:no-such-tag" }),
  repaired: (shop) => isAt(shop, "Deployment", "catalog", image, "test.local/podinfo:6"),
};
