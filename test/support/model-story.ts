/**
 * A fault that no built-in cause names, in the in-memory shop, and a model that knows it: somebody has changed a value of a
 * ConfigMap that the frontend crashes on. Nothing says what it was before.
 */
import type { Environment } from "../../src/config.ts";
import { shop } from "../../src/demo/shop.ts";
import { createWorld } from "../../src/demo/world.ts";
import type { World, WorldOptions } from "../../src/demo/world.ts";
import type { JsonObject } from "../../src/kubernetes/json.ts";
import { frontend } from "./story.ts";
import { modelKey } from "./model-server.ts";
import type { ModelCall, ModelServer } from "./model-server.ts";

export const settingsRef = { kind: "ConfigMap", namespace: "shop", name: "settings" } as const;

/** `data`: further entries of the ConfigMap; `annotations`: of the ConfigMap. */
export function greetingShop(
  data: Readonly<Record<string, string>> = {},
  annotations: Readonly<Record<string, string>> = {},
): JsonObject[] {
  const settings = {
    kind: "ConfigMap",
    apiVersion: "v1",
    metadata: { name: "settings", namespace: "shop", annotations },
    data: { greeting: "hello", ...data },
  };
  const variable = `{"name":"GREETING","valueFrom":{"configMapKeyRef":{"name":"settings","key":"greeting"}}}`;
  return [settings, ...(JSON.parse(JSON.stringify(shop).replace(`{"name":"LOG_LEVEL","value":"info"}`, variable)) as JsonObject[])];
}

export function modelEnvironment(server: Pick<ModelServer, "url">, more: Environment = {}): Environment {
  return { STRATUS_MODEL_URL: server.url, STRATUS_MODEL_KEY: modelKey, STRATUS_MODEL: "small", ...more };
}

export function greetingWorld(options: WorldOptions = {}): World {
  return createWorld({
    objects: greetingShop(),
    cluster: { behaviour: (_pod, _container, environment) => ((environment["GREETING"] ?? "hello") === "hello" ? "runs" : "crashes") },
    ...options,
  });
}

/** The pods that start from now on crash. */
export function breakGreeting(world: World): void {
  const edits = [
    world.cluster.edit(settingsRef, [{ op: "replace", path: "/data/greeting", value: "hola" }], "somebody"),
    world.cluster.edit(
      frontend,
      [{ op: "add", path: "/spec/template/metadata/annotations", value: { "kubectl.kubernetes.io/restartedAt": "2026-01-05T09:00:20Z" } }],
      "somebody",
    ),
  ];
  if (edits.some((edited) => !edited.ok)) throw new Error("the greeting could not be broken");
}

export const goodPlan = {
  intent: "Put the greeting back to hello, which the frontend starts with.",
  commands: [
    `kubectl patch configmap settings -n shop --type merge -p '{"data":{"greeting":"hello"}}'`,
    "kubectl rollout restart deployment/frontend -n shop",
  ],
};

export function isDiagnosis(call: ModelCall): boolean {
  return call.response_format.json_schema.name === "diagnosis";
}

export const nothingFound = { look: [], hypotheses: [] };

export const greetingFound = {
  look: [],
  hypotheses: [
    {
      cause: "the greeting is one that the program does not know",
      component: { kind: "ConfigMap", namespace: "shop", name: "settings" },
      confidence: 0.9,
      evidence: ["ConfigMap shop/settings says greeting: hola."],
    },
  ],
};
