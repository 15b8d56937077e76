/** Faults of the in-memory shop, each as somebody would make it with kubectl, by the name of what went wrong. */
import { shopRules } from "../../src/demo/rules.ts";
import type { MemoryRule } from "../../src/telemetry/memory.ts";
import type { MemoryCluster, MemoryClusterOptions } from "../../src/cluster/memory/memory.ts";
import { shop } from "../../src/demo/shop.ts";
import { createWorld } from "../../src/demo/world.ts";
import type { World, WorldOptions } from "../../src/demo/world.ts";
import type { JsonObject, PatchOperation } from "../../src/kubernetes/json.ts";
import type { ObjectRef } from "../../src/kubernetes/object.ts";
import { frontend, payment } from "./story.ts";

export const paymentPods = { kind: "Deployment", namespace: "shop", name: "payment" } as const;
const container = "/spec/template/spec/containers/0";

export interface Fault {
  readonly name: string;
  readonly objects?: readonly JsonObject[];
  readonly cluster?: Partial<MemoryClusterOptions>;
  readonly rules?: (cluster: MemoryCluster) => MemoryRule[];
  /** What somebody does, one edit after the other; `harmless` ones are no fault and must stay. */
  readonly edits: readonly { readonly ref: ObjectRef; readonly operations: readonly PatchOperation[]; readonly harmless?: boolean }[];
}

export function worldWith({ objects, cluster, rules }: Fault, more: WorldOptions = {}): World {
  return createWorld({
    ...(objects === undefined ? {} : { objects }),
    ...(cluster === undefined ? {} : { cluster }),
    ...(rules === undefined ? {} : { rules }),
    ...more,
  });
}

export function make(world: World, fault: Fault): void {
  for (const { ref, operations } of fault.edits) {
    const edited = world.cluster.edit(ref, operations, "somebody");
    if (!edited.ok) throw new Error(`${fault.name} could not be made`);
  }
}

/** A pod gets half a minute to become ready before its probe is suspected: this alert leaves it that time. */
function patientRules(cluster: MemoryCluster): MemoryRule[] {
  return shopRules(cluster, "shop").map((rule) => (rule.name === "KubePodNotReady" ? { ...rule, forMs: 60_000 } : rule));
}

const settings: JsonObject = {
  kind: "ConfigMap",
  apiVersion: "v1",
  metadata: { name: "settings", namespace: "shop" },
  data: { greeting: "hello", currency: "EUR" },
};
const settingsRef = { kind: "ConfigMap", namespace: "shop", name: "settings" } as const;
const applied = { "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify(settings) };

/** The shop whose frontend reads its greeting from a ConfigMap that was applied with kubectl. */
const configuredShop: readonly JsonObject[] = [
  { ...settings, metadata: { name: "settings", namespace: "shop", annotations: applied } },
  ...(JSON.parse(
    JSON.stringify(shop).replace(
      `{"name":"LOG_LEVEL","value":"info"}`,
      `{"name":"GREETING","valueFrom":{"configMapKeyRef":{"name":"settings","key":"greeting"}}}`,
    ),
  ) as JsonObject[]),
];

export const faults: readonly Fault[] = [
  {
    name: "image tag missing",
    edits: [{ ref: frontend, operations: [{ op: "replace", path: `${container}/image`, value: "registry.example/shop:9.9.9" }] }],
  },
  {
    name: "command of a wrong binary",
    cluster: { behaviour: (_pod, { command }) => (command?.includes("/bin/shpo") === true ? "crashes" : "runs") },
    edits: [{ ref: frontend, operations: [{ op: "add", path: `${container}/command`, value: ["/bin/shpo"] }] }],
  },
  {
    name: "Service selector",
    edits: [{ ref: payment, operations: [{ op: "replace", path: "/spec/selector/app", value: "paymnet" }] }],
  },
  {
    name: "scaled to zero",
    edits: [{ ref: paymentPods, operations: [{ op: "replace", path: "/spec/replicas", value: 0 }] }],
  },
  {
    name: "request too large",
    edits: [{ ref: frontend, operations: [{ op: "replace", path: `${container}/resources/requests/cpu`, value: "64" }] }],
  },
  {
    name: "node selector missing",
    edits: [{ ref: frontend, operations: [{ op: "add", path: "/spec/template/spec/nodeSelector", value: { disk: "ssd" } }] }],
  },
  {
    name: "readiness port wrong",
    rules: patientRules,
    edits: [{ ref: frontend, operations: [{ op: "replace", path: `${container}/readinessProbe/httpGet/port`, value: 9090 }] }],
  },
  {
    name: "ConfigMap key removed, then a rollout",
    objects: configuredShop,
    edits: [
      { ref: settingsRef, operations: [{ op: "remove", path: "/data/greeting" }] },
      {
        ref: frontend,
        operations: [
          {
            op: "add",
            path: "/spec/template/metadata/annotations",
            value: { "kubectl.kubernetes.io/restartedAt": "2026-01-05T09:00:20Z" },
          },
        ],
        harmless: true,
      },
    ],
  },
  {
    name: "flag that keeps pods unready",
    rules: patientRules,
    cluster: { behaviour: (_pod, _container, environment) => (environment["FAST_PATH"] === "on" ? "unready" : "runs") },
    edits: [{ ref: frontend, operations: [{ op: "add", path: `${container}/env/-`, value: { name: "FAST_PATH", value: "on" } }] }],
  },
];
