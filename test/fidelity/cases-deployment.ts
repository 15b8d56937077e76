/** PURE. One Deployment, field by field: what is absent, defaulted, keyed, atomic or a quantity. */
import type { Action } from "../../src/action/action.ts";
import type { Json, JsonObject, PatchOperation } from "../../src/kubernetes/json.ts";
import { drop, edit, fidelityCase, patch, put, set, targetOf } from "./case.ts";
import type { FidelityCase, ForeignEdit, Place } from "./case.ts";
import { container, deployment, image, noSuchImage } from "./manifests.ts";

const pod = "/spec/template/spec";
const first = `${pod}/containers/0`;
const app = "spec.template.spec.containers[name=app]";
const env: readonly Json[] = [
  { name: "LOG_LEVEL", value: "info" },
  { name: "CACHE", value: "on" },
  { name: "REGION", value: "north" },
];
const probe = { httpGet: { path: "/readyz", port: 9898 } };
const probeDefaults = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };

/** One patch on a Deployment; `same`: what somebody else makes of the same field. */
function field(name: string, object: (place: Place) => JsonObject, operations: readonly PatchOperation[], same: ForeignEdit): FidelityCase {
  return fidelityCase(`Deployment: ${name}`, (place) => {
    const made = object(place);
    return { objects: [made], actions: [patch(made, ...operations)], same };
  });
}

const plain = (place: Place): JsonObject => deployment(place);
const withContainer =
  (more: JsonObject) =>
  (place: Place): JsonObject =>
    deployment(place, [container(more)]);
const withPod =
  (spec: JsonObject) =>
  (place: Place): JsonObject =>
    deployment(place, [container()], { spec: { template: { spec } } });

function merging(
  name: string,
  object: (place: Place) => JsonObject,
  action: (object: JsonObject) => Action,
  same: ForeignEdit,
): FidelityCase {
  return fidelityCase(`Deployment: ${name}`, (place) => {
    const made = object(place);
    return { objects: [made], actions: [action(made)], same };
  });
}

const scaled: readonly FidelityCase[] = [
  ["scale, replicas left out in the manifest", { spec: { replicas: null } }, 3],
  ["scale to nothing", {}, 0],
].map(([name, more, replicas]) =>
  fidelityCase(`Deployment: ${name as string}`, (place) => {
    const made = deployment(place, [container()], more as JsonObject);
    return {
      objects: [made],
      actions: [{ type: "scale", target: targetOf(made), replicas: replicas as number }],
      same: edit("spec.replicas", put("/spec/replicas", 7)),
    };
  }),
);

const images: readonly FidelityCase[] = [
  field(
    "the second container's image",
    (place) => deployment(place, [container(), { name: "side", image }]),
    [put(`${pod}/containers/1/image`, "test.local/relay:2")],
    edit("spec.template.spec.containers[name=side].image", put(`${pod}/containers/1/image`, "test.local/relay:3")),
  ),
  field(
    "a command where the image had its own",
    plain,
    [set(`${first}/command`, ["/bin/relay", "--port=9898"])],
    edit(`${app}.command`, set(`${first}/command`, ["/bin/relay", "--port=9899"])),
  ),
  field(
    "arguments taken away",
    withContainer({ args: ["--port=9898", "--delay-ms=1"] }),
    [drop(`${first}/args`)],
    edit(`${app}.args`, set(`${first}/args`, ["--port=9900"])),
  ),
];

const variables: readonly FidelityCase[] = [
  field(
    "the first environment variable of a container",
    plain,
    [set(`${first}/env`, [{ name: "CACHE", value: "off" }])],
    edit(`${app}.env[name=CACHE]`, put(`${first}/env/0/value`, "maybe"), [set(`${first}/env`, [{ name: "CACHE", value: "maybe" }])]),
  ),
  field(
    "one variable more",
    withContainer({ env }),
    [set(`${first}/env/-`, { name: "TRACE", value: "1" })],
    edit(`${app}.env[name=TRACE]`, put(`${first}/env/3/value`, "2"), [set(`${first}/env/-`, { name: "TRACE", value: "2" })]),
  ),
  field(
    "one variable more, before the others",
    withContainer({ env }),
    [set(`${first}/env/0`, { name: "TRACE", value: "1" })],
    edit(`${app}.env[name=TRACE]`, put(`${first}/env/0/value`, "2"), [set(`${first}/env/0`, { name: "TRACE", value: "2" })]),
  ),
  field(
    "one variable less, of three",
    withContainer({ env }),
    [drop(`${first}/env/1`)],
    edit(`${app}.env[name=CACHE]`, set(`${first}/env/-`, { name: "CACHE", value: "maybe" }), [
      drop(`${first}/env/1`),
      set(`${first}/env/-`, { name: "CACHE", value: "maybe" }),
    ]),
  ),
  field(
    "variables in another order",
    withContainer({ env }),
    [put(`${first}/env`, [env[2] ?? null, env[0] ?? null, env[1] ?? null])],
    edit(`${app}.env`, put(`${first}/env/0/value`, "south"), [
      put(`${first}/env`, [{ name: "REGION", value: "south" }, env[0] ?? null, env[1] ?? null]),
    ]),
  ),
  field(
    "a variable from a ConfigMap in place of a value",
    withContainer({ env }),
    [put(`${first}/env/1`, { name: "CACHE", valueFrom: { configMapKeyRef: { name: "settings", key: "CACHE", optional: true } } })],
    edit(`${app}.env[name=CACHE]`, put(`${first}/env/1/valueFrom/configMapKeyRef/key`, "OTHER"), [
      put(`${first}/env/1`, { name: "CACHE", valueFrom: { configMapKeyRef: { name: "settings", key: "OTHER", optional: true } } }),
    ]),
  ),
];

const quantities: readonly FidelityCase[] = [
  field(
    "a limit of 1000m where there was none",
    plain,
    [set(`${first}/resources/limits`, { cpu: "1000m" })],
    edit(`${app}.resources.limits.cpu`, put(`${first}/resources/limits/cpu`, "3000m"), [set(`${first}/resources/limits`, { cpu: "3" })]),
  ),
  field(
    "a limit from 1 to 2500m",
    withContainer({ resources: { limits: { cpu: "1", memory: "1024Mi" } } }),
    [put(`${first}/resources/limits/cpu`, "2500m")],
    edit(`${app}.resources.limits.cpu`, put(`${first}/resources/limits/cpu`, "3"), [put(`${first}/resources/limits/cpu`, "3")]),
  ),
  field(
    "a limit from 500m to 1000m, written as 1",
    withContainer({ resources: { limits: { cpu: "500m" }, requests: { cpu: "0.25" } } }),
    [put(`${first}/resources/limits/cpu`, "1")],
    edit(`${app}.resources.limits.cpu`, put(`${first}/resources/limits/cpu`, "2")),
  ),
  field(
    "a memory limit in another unit",
    withContainer({ resources: { limits: { memory: "1Gi" } } }),
    [put(`${first}/resources/limits/memory`, "2048Mi")],
    edit(`${app}.resources.limits.memory`, put(`${first}/resources/limits/memory`, "3Gi")),
  ),
];

const probes: readonly FidelityCase[] = [
  field(
    "a readiness probe, most of it the server's defaults",
    plain,
    [set(`${first}/readinessProbe`, probe)],
    edit(`${app}.readinessProbe.periodSeconds`, put(`${first}/readinessProbe/periodSeconds`, 5), [
      set(`${first}/readinessProbe`, {
        ...probeDefaults,
        httpGet: { ...probe.httpGet, scheme: "HTTP" },
        periodSeconds: 5,
      }),
    ]),
  ),
  fidelityCase("Deployment: a readiness probe taken away by a rollback", (place) => {
    const made = deployment(place);
    return {
      objects: [made],
      beforehand: (hands) => hands.edit(targetOf(made), [set(`${first}/readinessProbe`, probe)]),
      actions: [{ type: "rollback", target: targetOf(made), toRevision: 0 }],
      same: edit(`${app}.readinessProbe`, set(`${first}/readinessProbe`, { tcpSocket: { port: 9898 } }), [
        put(`${first}/readinessProbe`, { ...probeDefaults, tcpSocket: { port: 9898 } }),
      ]),
    };
  }),
  field(
    "a probe by connection in place of one by request",
    withContainer({ readinessProbe: probe }),
    [put(`${first}/readinessProbe`, { tcpSocket: { port: 9898 } })],
    edit(`${app}.readinessProbe.tcpSocket.port`, put(`${first}/readinessProbe/tcpSocket/port`, 9899), [
      put(`${first}/readinessProbe`, { ...probeDefaults, tcpSocket: { port: 9899 } }),
    ]),
  ),
  field(
    "a probe's path",
    withContainer({ livenessProbe: probe }),
    [put(`${first}/livenessProbe/httpGet/path`, "/healthz")],
    edit(`${app}.livenessProbe.httpGet.path`, put(`${first}/livenessProbe/httpGet/path`, "/")),
  ),
];

const selections: readonly FidelityCase[] = [
  field(
    "a node selector where there was none",
    plain,
    [set(`${pod}/nodeSelector`, { disk: "ssd" })],
    edit("spec.template.spec.nodeSelector.disk", put(`${pod}/nodeSelector/disk`, "hdd"), [set(`${pod}/nodeSelector`, { disk: "hdd" })]),
  ),
  field(
    "the only node selector taken away",
    withPod({ nodeSelector: { disk: "ssd" } }),
    [drop(`${pod}/nodeSelector/disk`)],
    edit("spec.template.spec.nodeSelector.disk", set(`${pod}/nodeSelector`, { disk: "hdd" })),
  ),
  field(
    "a toleration",
    withPod({ tolerations: [{ key: "spot", operator: "Exists" }] }),
    [set(`${pod}/tolerations/-`, { key: "gpu", operator: "Equal", value: "yes" })],
    edit("spec.template.spec.tolerations", put(`${pod}/tolerations`, [{ key: "blue", operator: "Exists" }])),
  ),
  field(
    "a topology spread",
    plain,
    [set(`${pod}/topologySpreadConstraints`, [{ maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "ScheduleAnyway" }])],
    edit("spec.template.spec.topologySpreadConstraints[topologyKey=zone", put(`${pod}/topologySpreadConstraints/0/maxSkew`, 2), [
      set(`${pod}/topologySpreadConstraints`, [{ maxSkew: 2, topologyKey: "zone", whenUnsatisfiable: "ScheduleAnyway" }]),
    ]),
  ),
  field(
    "port 53/UDP beside 53/TCP",
    withContainer({ ports: [{ name: "dns", containerPort: 53 }] }),
    [set(`${first}/ports/-`, { name: "dns-udp", containerPort: 53, protocol: "UDP" })],
    edit(`${app}.ports[containerPort=53,protocol=UDP]`, put(`${first}/ports/1/name`, "quick"), [
      set(`${first}/ports/-`, { name: "quick", containerPort: 53, protocol: "UDP" }),
    ]),
  ),
  field(
    "a volume and where it is mounted",
    plain,
    [
      set(`${pod}/volumes`, [{ name: "settings", configMap: { name: "settings" } }]),
      set(`${first}/volumeMounts`, [{ name: "settings", mountPath: "/etc/settings" }]),
    ],
    edit(`${app}.volumeMounts[mountPath=/etc/settings]`, set(`${first}/volumeMounts/0/readOnly`, true), [
      set(`${pod}/volumes`, [{ name: "settings", configMap: { name: "settings", defaultMode: 420 } }]),
      set(`${first}/volumeMounts`, [{ name: "settings", mountPath: "/etc/settings", readOnly: true }]),
    ]),
  ),
];

const rollouts: readonly FidelityCase[] = [
  field(
    "a surge of 1 in place of the default 25%",
    plain,
    [put("/spec/strategy/rollingUpdate/maxSurge", 1)],
    edit("spec.strategy.rollingUpdate.maxSurge", put("/spec/strategy/rollingUpdate/maxSurge", "50%")),
  ),
  field(
    "another strategy, whose defaults go",
    plain,
    [put("/spec/strategy/type", "Recreate"), drop("/spec/strategy/rollingUpdate")],
    edit(
      "spec.strategy.rollingUpdate.maxSurge",
      put("/spec/strategy", { type: "RollingUpdate", rollingUpdate: { maxSurge: 2, maxUnavailable: "25%" } }),
      [put("/spec/strategy/rollingUpdate/maxSurge", 2)],
    ),
  ),
  field(
    "seconds of readiness, left out when 0",
    plain,
    [set("/spec/minReadySeconds", 5)],
    edit("spec.minReadySeconds", put("/spec/minReadySeconds", 7), [set("/spec/minReadySeconds", 7)]),
  ),
  field(
    "an annotation of the pods, the first one",
    plain,
    [set("/spec/template/metadata/annotations", { "example.com/owner": "red" })],
    edit("spec.template.metadata.annotations.example.com/owner", put("/spec/template/metadata/annotations/example.com~1owner", "blue"), [
      set("/spec/template/metadata/annotations", { "example.com/owner": "blue" }),
    ]),
  ),
  field(
    "a label of its own",
    plain,
    [set("/metadata/labels/tier", "front")],
    edit("metadata.labels.tier", put("/metadata/labels/tier", "back"), [set("/metadata/labels/tier", "back")]),
  ),
];

const patches: readonly FidelityCase[] = [
  merging(
    "a merge patch that takes one key and sets another",
    withPod({ nodeSelector: { disk: "ssd", zone: "a" } }),
    (object) => ({
      type: "merge",
      target: targetOf(object),
      strategy: "merge",
      patch: { spec: { template: { spec: { nodeSelector: { disk: null, zone: "b" } } } } },
    }),
    edit("spec.template.spec.nodeSelector.zone", put(`${pod}/nodeSelector/zone`, "c")),
  ),
  merging(
    "a strategic merge patch on a keyed list",
    withContainer({ env }),
    (object) => ({
      type: "merge",
      target: targetOf(object),
      strategy: "strategic",
      patch: {
        spec: {
          template: {
            spec: {
              containers: [
                {
                  name: "app",
                  env: [
                    { name: "CACHE", value: "off" },
                    { name: "TRACE", value: "1" },
                    { name: "REGION", $patch: "delete" },
                  ],
                },
              ],
            },
          },
        },
      },
    }),
    edit(`${app}.env[name=CACHE].value`, put(`${first}/env/1/value`, "maybe")),
  ),
  merging(
    "a manifest applied",
    plain,
    (object) => ({
      type: "apply",
      target: targetOf(object),
      manifest: {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "web", namespace: targetOf(object).namespace ?? "" },
        spec: { template: { spec: { containers: [{ name: "app", image: noSuchImage, env: [{ name: "TRACE", value: "1" }] }] } } },
      },
    }),
    edit(`${app}.image`, put(`${first}/image`, "test.local/relay:3")),
  ),
];

export const deploymentCases: readonly FidelityCase[] = [
  ...scaled,
  ...images,
  ...variables,
  ...quantities,
  ...probes,
  ...selections,
  ...rollouts,
  ...patches,
];
