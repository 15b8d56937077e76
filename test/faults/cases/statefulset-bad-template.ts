import { isAt } from "../expect.ts";
import type { Fault } from "../fault.ts";

const image = "/spec/template/spec/containers/0/image";

/** With the template back the pod that is stuck stays stuck, until somebody evicts it (kubernetes#67250). */
export const statefulsetBadTemplate: Fault = {
  id: "statefulset-bad-template",
  alerts: ["KubeContainerWaiting", "KubeStatefulSetReplicasMismatch", "KubePodNotReady"],
  components: [{ kind: "StatefulSet", name: "cart" }],
  causes: ["image-cannot-be-pulled", "stuck-stateful-pod"],
  field: /image/,
  inject: (shop) => shop.patch("statefulset", "cart", { op: "replace", path: image, value: "test.local/relay:no-such-tag" }),
  repaired: (shop) => isAt(shop, "StatefulSet", "cart", image, "test.local/relay:1"),
};
