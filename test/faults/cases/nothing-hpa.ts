import type { Fault } from "../fault.ts";
import { scaledToZero } from "./scaled-to-zero.ts";

/** How many replicas there are is the autoscaler's to say. */
export const ownedByHpa: Fault = {
  ...scaledToZero,
  id: "nothing-hpa",
  setting: (objects, { namespace }) => [
    ...objects,
    {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: { name: "stock", namespace },
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "stock" },
        minReplicas: 2,
        maxReplicas: 4,
        metrics: [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } } }],
      },
    },
  ],
  async inject(shop) {
    await scaledToZero.inject(shop);
    await shop.kubectl("wait", "--for=delete", "pod", "--selector=app=stock", "--timeout=30s");
  },
  nothing: /HorizontalPodAutoscaler/,
};
