/** The few objects that the tests of actions compile against, as the API server returns them. */
import type { KubernetesObject, Metadata } from "../../../src/kubernetes/object.ts";
import type { Action } from "../../../src/action/action.ts";
import { compileAction } from "../../../src/action/catalogue.ts";
import type { JsonObject } from "../../../src/kubernetes/json.ts";

export const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);

export const web = { kind: "Deployment", namespace: "shop", name: "web" } as const;
export const database = { kind: "StatefulSet", namespace: "shop", name: "db" } as const;
export const agent = { kind: "DaemonSet", namespace: "shop", name: "agent" } as const;
export const front = { kind: "Service", namespace: "shop", name: "front" } as const;
export const settings = { kind: "ConfigMap", namespace: "shop", name: "settings" } as const;

export function object(
  ref: { readonly kind: string; readonly name: string },
  body: JsonObject = {},
  metadata: Partial<Metadata> = {},
): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: ref.kind,
    metadata: { name: ref.name, namespace: "shop", uid: `uid-${ref.name}`, resourceVersion: "1", ...metadata },
    ...body,
  };
}

export const template = (image: string, metadata: JsonObject = { labels: { app: "web" } }): JsonObject => ({
  metadata,
  spec: { containers: [{ name: "app", image }] },
});

/** The patch, or the sentence with which the action is refused. */
export function compiled(action: Action, target: KubernetesObject, related: readonly KubernetesObject[] = []): unknown {
  const result = compileAction(action, { object: target, related, nowMs });
  if (result.ok) return result.value;
  return result.failure.kind === "refused" ? result.failure.reason : result.failure;
}
