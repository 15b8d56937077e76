import { all, isAt } from "../expect.ts";
import type { Fault } from "../fault.ts";

const probe = { tcpSocket: { port: 9898 }, initialDelaySeconds: 20, periodSeconds: 5 };
const path = "/spec/template/spec/containers/0/livenessProbe";
const program = { image: "test.local/busybox:1", command: ["/bin/sh", "-c", "sleep 8; exec httpd -f -p 9898"] };
const resources = { requests: { cpu: "5m", memory: "8Mi" }, limits: { memory: "32Mi" } };

/** A program that takes eight seconds to start; with no patience it is killed before it has, for ever. */
export const livenessAggressive: Fault = {
  id: "liveness-aggressive",
  alerts: ["KubePodCrashLooping", "KubePodNotReady", "KubeContainerWaiting"],
  components: [{ kind: "Deployment", name: "reports" }],
  causes: ["bad-probe-after-change", "probe-differs-from-working-one"],
  field: /livenessProbe/,
  setting: (objects, { namespace }) => [
    ...objects,
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "reports", namespace, labels: { app: "reports" } },
      spec: {
        replicas: 2,
        progressDeadlineSeconds: 40,
        selector: { matchLabels: { app: "reports" } },
        template: {
          metadata: { labels: { app: "reports" } },
          spec: {
            terminationGracePeriodSeconds: 1,
            containers: [
              { name: "app", ...program, resources, readinessProbe: { tcpSocket: { port: 9898 }, periodSeconds: 2 }, livenessProbe: probe },
            ],
          },
        },
      },
    },
  ],
  inject: (shop) =>
    shop.patch(
      "deployment",
      "reports",
      { op: "remove", path: `${path}/initialDelaySeconds` },
      { op: "replace", path: `${path}/periodSeconds`, value: 1 },
      { op: "replace", path: `${path}/failureThreshold`, value: 1 },
    ),
  repaired: (shop) =>
    all(
      isAt(shop, "Deployment", "reports", `${path}/initialDelaySeconds`, 20),
      isAt(shop, "Deployment", "reports", `${path}/periodSeconds`, 5),
      isAt(shop, "Deployment", "reports", `${path}/failureThreshold`, 3),
    ),
};
