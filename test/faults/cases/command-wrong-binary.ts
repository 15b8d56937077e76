import { isAt } from "../expect.ts";
import type { Fault } from "../fault.ts";

const binary = "/spec/template/spec/containers/0/command/0";

export const commandWrongBinary: Fault = {
  id: "command-wrong-binary",
  alerts: ["KubePodCrashLooping", "KubeContainerWaiting", "KubePodNotReady"],
  components: [{ kind: "Deployment", name: "stock" }],
  causes: ["command-not-of-the-image", "crash-after-change"],
  field: /command/,
  inject: (shop) => shop.patch("deployment", "stock", { op: "replace", path: binary, value: "/bin/podinfod" }),
  repaired: (shop) => isAt(shop, "Deployment", "stock", binary, "/bin/podinfo"),
};
