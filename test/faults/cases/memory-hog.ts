import { all, isAt } from "../expect.ts";
import type { Fault } from "../fault.ts";

const container = "/spec/template/spec/containers/0";

/** The limit is right: a program that eats more is what changed. */
export const memoryHog: Fault = {
  id: "memory-hog",
  alerts: ["KubeContainerOOMKilled", "KubePodCrashLooping", "KubeContainerWaiting"],
  components: [{ kind: "Deployment", name: "payment" }],
  causes: ["out-of-memory", "crash-after-change"],
  field: /args/,
  inject: (shop) => shop.patch("deployment", "payment", { op: "add", path: `${container}/args`, value: ["--hog-mib=200"] }),
  repaired: (shop) =>
    all(
      isAt(shop, "Deployment", "payment", `${container}/args`, undefined),
      isAt(shop, "Deployment", "payment", `${container}/resources/limits/memory`, "64Mi"),
    ),
};
