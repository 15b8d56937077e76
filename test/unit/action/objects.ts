/** The few objects that the tests of actions compile against, as the API server returns them. */
import type { Action } from "../../../src/action/action.ts";
import { compileAction } from "../../../src/action/catalogue.ts";
import { changesBetween } from "../../../src/action/change.ts";
import { defaultPolicy, whyNotField } from "../../../src/action/policy.ts";
import type { Policy } from "../../../src/action/policy.ts";
import { applyPatch, isJsonObject } from "../../../src/kubernetes/json.ts";
import type { JsonObject } from "../../../src/kubernetes/json.ts";
import { asJson } from "../../../src/kubernetes/object.ts";
import type { KubernetesObject, Metadata, ObjectRef } from "../../../src/kubernetes/object.ts";

export const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);

export const web = { kind: "Deployment", namespace: "shop", name: "web" } as const;
export const database = { kind: "StatefulSet", namespace: "shop", name: "db" } as const;
export const agent = { kind: "DaemonSet", namespace: "shop", name: "agent" } as const;
export const front = { kind: "Service", namespace: "shop", name: "front" } as const;
export const settings = { kind: "ConfigMap", namespace: "shop", name: "settings" } as const;

export function object(ref: ObjectRef, body: JsonObject = {}, metadata: Partial<Metadata> = {}): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: ref.kind,
    metadata: {
      name: ref.name,
      ...(ref.namespace === undefined ? {} : { namespace: ref.namespace }),
      uid: `uid-${ref.name}`,
      resourceVersion: "1",
      ...metadata,
    },
    ...body,
  };
}

export const template = (image: string, metadata: JsonObject = { labels: { app: "web" } }): JsonObject => ({
  metadata,
  spec: { containers: [{ name: "app", image }] },
});

/** A Deployment with a value at every place that the tests try to write. */
export const fullWeb = object(
  web,
  {
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: "web" } },
      template: {
        metadata: { labels: { app: "web" }, annotations: {} },
        spec: {
          containers: [
            {
              name: "app",
              image: "shop/web:1",
              command: ["/web"],
              args: ["--port", "80"],
              env: [{ name: "LEVEL", value: "info" }],
              resources: { limits: { memory: "64Mi" } },
              ports: [{ containerPort: 80 }],
              readinessProbe: { httpGet: { port: 80 } },
              startupProbe: { httpGet: { port: 80 }, failureThreshold: 3 },
              securityContext: {},
              volumeMounts: [],
              lifecycle: {},
            },
          ],
          initContainers: [{ name: "init", image: "shop/init:1" }],
          nodeSelector: {},
          securityContext: {},
          tolerations: [],
          volumes: [{ name: "cache", emptyDir: {} }],
        },
      },
    },
    status: { readyReplicas: 2 },
  },
  { labels: {}, annotations: {}, ownerReferences: [] },
);
export const fullFront = object(front, {
  spec: { type: "ClusterIP", selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }] },
});
export const fullSettings = object(settings, { data: { LEVEL: "info", DELAY: "1" } });

/** The operations of a patch, another write as it is, or the sentence with which the action is refused. */
export function compiled(action: Action, target: KubernetesObject, related: readonly KubernetesObject[] = []): unknown {
  const result = compileAction(action, { object: target, related, nowMs });
  if (!result.ok) return result.failure.kind === "refused" ? result.failure.reason : result.failure;
  return result.value.kind === "patch" ? result.value.operations : result.value;
}

/** Why the policy refuses what the action would change on the object as it is; undefined when it lets all of it be written. */
export function refusal(action: Action, target: KubernetesObject, policy: Policy = defaultPolicy): string | undefined {
  const result = compileAction(action, { object: target, related: [], nowMs });
  if (!result.ok) return result.failure.reason;
  if (result.value.kind !== "patch") return undefined;
  const patched = applyPatch(asJson(target), result.value.operations);
  if (!patched.ok || !isJsonObject(patched.value)) throw new Error("a patch that does not fit was compiled");
  return changesBetween(asJson(target), patched.value)
    .map((change) => whyNotField(policy, action, change))
    .find((why) => why !== undefined);
}
