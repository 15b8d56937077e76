/** PURE. Twenty writes on five objects, each with what a person would send to take it back. */
import type { Action } from "../../src/action/action.ts";
import type { Json, JsonObject, PatchOperation } from "../../src/kubernetes/json.ts";
import type { ObjectRef } from "../../src/kubernetes/object.ts";

export interface BenchWrite {
  readonly ref: ObjectRef;
  readonly operation: PatchOperation;
  readonly inverse: PatchOperation;
}

const labels = { app: "bench" };

/** Pods are of no interest: nobody schedules them. */
export function objectsIn(namespace: string): readonly JsonObject[] {
  const metadata = (name: string): JsonObject => ({ name, namespace, labels });
  const deployment = (name: string): JsonObject => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadata(name),
    spec: {
      replicas: 1,
      selector: { matchLabels: { name } },
      template: {
        metadata: { labels: { name } },
        spec: {
          schedulerName: "nobody",
          containers: [
            {
              name: "app",
              image: "test.local/relay:1",
              env: [{ name: "CACHE", value: "on" }],
              resources: { limits: { cpu: "1", memory: "64Mi" } },
            },
          ],
        },
      },
    },
  });
  const configMap = (name: string): JsonObject => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: metadata(name),
    data: { a: "1", b: "2", c: "3", d: "4" },
  });
  const service: JsonObject = {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadata("door"),
    spec: { selector: { app: "web", track: "stable" }, ports: [80, 81].map((port) => ({ name: `p${port}`, port, targetPort: 9898 })) },
  };
  return [deployment("web"), deployment("api"), configMap("settings"), configMap("flags"), service];
}

/** The objects take turns, as in a plan that works its way through a shop. */
export function writesIn(namespace: string): readonly BenchWrite[] {
  const container = "/spec/template/spec/containers/0";
  const onDeployment: readonly Change[] = [
    [`${container}/image`, "test.local/relay:1", "test.local/relay:2"],
    [`${container}/env/0/value`, "on", "off"],
    [`${container}/resources/limits/cpu`, "1", "1500m"],
    [`${container}/resources/limits/memory`, "64Mi", "96Mi"],
  ];
  const onConfigMap: readonly Change[] = ["a", "b", "c", "d"].map((key, index) => [`/data/${key}`, String(index + 1), `${key}!`]);
  const onService: readonly Change[] = [
    ["/spec/selector/app", "web", "api"],
    ["/spec/selector/track", "stable", "canary"],
    ["/spec/ports/0/targetPort", 9898, 9899],
    ["/spec/ports/1/targetPort", 9898, "http"],
  ];
  const turns: readonly (readonly [string, string, readonly Change[]])[] = [
    ["Deployment", "web", onDeployment],
    ["ConfigMap", "settings", onConfigMap],
    ["Service", "door", onService],
    ["Deployment", "api", onDeployment],
    ["ConfigMap", "flags", onConfigMap],
  ];
  return [0, 1, 2, 3].flatMap((turn) =>
    turns.flatMap(([kind, name, changes]) => {
      const change = changes[turn];
      if (change === undefined) return [];
      const [path, before, after] = change;
      const to = (value: Json): PatchOperation => ({ op: "replace", path, value });
      return [{ ref: { kind, namespace, name }, operation: to(after), inverse: to(before) }];
    }),
  );
}

type Change = readonly [string, Json, Json];

export function actionsOf(writes: readonly BenchWrite[]): Action[] {
  return writes.map(({ ref, operation }) => ({
    type: "patch",
    target: { kind: ref.kind, namespace: ref.namespace ?? "", name: ref.name },
    operations: [operation] as Extract<Action, { type: "patch" }>["operations"],
  }));
}
