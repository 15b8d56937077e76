import { isAt } from "../expect.ts";
import type { Fault } from "../fault.ts";
import { isNamed, withField } from "../shop.ts";

const container = ["spec", "template", "spec", "containers", 0] as const;
const limit = `/${container.join("/")}/resources/limits/memory`;

/** A program that keeps 30 MiB, under a limit of 20. */
export const memoryLimitLow: Fault = {
  id: "memory-limit-low",
  alerts: ["KubeContainerOOMKilled", "KubePodCrashLooping", "KubeContainerWaiting"],
  components: [{ kind: "Deployment", name: "payment" }],
  causes: ["out-of-memory"],
  field: /limits/,
  setting: (objects) =>
    objects.map((object) =>
      isNamed(object, "Deployment", "payment") ? withField(object, [...container, "env", 5], { name: "HOG_MIB", value: "30" }) : object,
    ),
  inject: (shop) => shop.patch("deployment", "payment", { op: "replace", path: limit, value: "20Mi" }),
  repaired: (shop) => isAt(shop, "Deployment", "payment", limit, "64Mi"),
};
