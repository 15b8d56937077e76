/** The little shop that the demo breaks: a frontend and the payment service it depends on, as manifests. */
import type { JsonObject } from "../kubernetes/json.ts";

export const shopNamespace = "shop";
export const goodImage = "registry.example/shop:1.4.2";

function deployment(name: string, replicas: number): JsonObject {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: shopNamespace, labels: { app: name } },
    spec: {
      replicas,
      progressDeadlineSeconds: 60,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          containers: [
            {
              name: "app",
              image: goodImage,
              ports: [{ name: "http", containerPort: 8080 }],
              env: [{ name: "LOG_LEVEL", value: "info" }],
              readinessProbe: { httpGet: { path: "/readyz", port: 8080 }, periodSeconds: 2 },
              resources: { requests: { cpu: "100m", memory: "64Mi" } },
            },
          ],
        },
      },
    },
  };
}

function service(name: string): JsonObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: shopNamespace, labels: { app: name } },
    spec: { selector: { app: name }, ports: [{ name: "http", port: 80, targetPort: 8080 }] },
  };
}

export const shop: readonly JsonObject[] = [deployment("frontend", 3), service("frontend"), deployment("payment", 2), service("payment")];
