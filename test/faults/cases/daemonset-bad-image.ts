import { isAt } from "../expect.ts";
import type { Fault } from "../fault.ts";

const image = "/spec/template/spec/containers/0/image";

export const daemonsetBadImage: Fault = {
  id: "daemonset-bad-image",
  alerts: ["KubeContainerWaiting", "KubeDaemonSetRolloutStuck", "KubePodNotReady"],
  components: [{ kind: "DaemonSet", name: "collector" }],
  causes: ["image-cannot-be-pulled"],
  field: /image/,
  inject: (shop) => shop.patch("daemonset", "collector", { op: "replace", path: image, value: "test.local/busybox:no-such-tag" }),
  repaired: (shop) => isAt(shop, "DaemonSet", "collector", image, "test.local/busybox:1"),
};
