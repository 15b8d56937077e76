/** PURE. What has no pods of its own: settings, traffic, budgets, limits, custom resources. */
import type { Action } from "../../src/action/action.ts";
import type { JsonObject } from "../../src/kubernetes/json.ts";
import { drop, edit, fidelityCase, labelled, patch, put, set, targetOf } from "./case.ts";
import type { FidelityCase, ForeignEdit, Place } from "./case.ts";
import { configMap, object, service } from "./manifests.ts";

type Make = (place: Place) => JsonObject;

function patched(name: string, make: Make, operations: Parameters<typeof patch>[1][], same: ForeignEdit): FidelityCase {
  return doing(name, make, (made) => [patch(made, ...operations)], same);
}

function doing(name: string, make: Make, actions: (made: JsonObject) => readonly Action[], same: ForeignEdit): FidelityCase {
  return fidelityCase(name, (place) => {
    const made = make(place);
    return { objects: [made], actions: actions(made), same };
  });
}

/** `same`: somebody changes a field of what was made. */
function created(name: string, make: Make, same: ForeignEdit): FidelityCase {
  return fidelityCase(`${name}: created`, (place) => {
    const made = make(place);
    return { objects: [], actions: [{ type: "create", target: targetOf(made), manifest: made }], same, other: labelled };
  });
}

function deleted(name: string, make: Make): FidelityCase {
  return fidelityCase(`${name}: deleted`, (place) => {
    const made = make(place);
    const gone = "the object is gone, so nobody can change a field of it";
    return { objects: [made], actions: [{ type: "delete", target: targetOf(made) }], same: gone, other: gone };
  });
}

const mode = edit("data.MODE", put("/data/MODE", "human"));
const oldMode: Make = (place) => configMap(place, { MODE: "old", LEVEL: "1000m" });

const settings: readonly FidelityCase[] = [
  patched("ConfigMap: one value", oldMode, [put("/data/MODE", "new")], mode),
  patched("ConfigMap: the first value of all", (place) => configMap(place, null), [set("/data", { MODE: "new" })], {
    ...mode,
    expected: [set("/data", { MODE: "human" })],
  }),
  patched("ConfigMap: the last value of all taken away", (place) => configMap(place, { MODE: "old" }), [drop("/data/MODE")], {
    ...edit("data.MODE", set("/data", { MODE: "human" })),
  }),
  patched(
    "ConfigMap: keys that JavaScript knows",
    (place) => configMap(place, { constructor: "c", toString: "t" }),
    [set("/data/__proto__", "p"), put("/data/constructor", "d"), drop("/data/toString")],
    edit("data.constructor", put("/data/constructor", "human")),
  ),
  patched(
    "ConfigMap: long, empty and many-lined values",
    (place) => configMap(place, { long: "0123456789".repeat(2_000), empty: "", lines: "a: 1\nb: grün\n" }),
    [put("/data/long", "abc".repeat(8_000)), put("/data/empty", " "), put("/data/lines", "a: 1\r\n\tb: ☂")],
    edit("data.empty", put("/data/empty", "human")),
  ),
  patched(
    "ConfigMap: the first annotation of all",
    oldMode,
    [set("/metadata/annotations", { "example.com/owner": "red" })],
    edit("metadata.annotations.example.com/owner", put("/metadata/annotations/example.com~1owner", "blue"), [
      set("/metadata/annotations", { "example.com/owner": "blue" }),
    ]),
  ),
  patched("ConfigMap: binary data", oldMode, [set("/binaryData", { blob: "AAECAw==" })], {
    ...edit("binaryData.blob", put("/binaryData/blob", "BAUG"), [set("/binaryData", { blob: "BAUG" })]),
  }),
  doing(
    "ConfigMap: a merge patch",
    oldMode,
    (made) => [{ type: "merge", target: targetOf(made), strategy: "merge", patch: { data: { MODE: null, LEVEL: "1", EXTRA: "x" } } }],
    edit("data.LEVEL", put("/data/LEVEL", "human")),
  ),
  doing(
    "ConfigMap: a manifest applied that leaves out what was applied before",
    (place) => {
      const before = configMap(place, { MODE: "old", LEVEL: "1" });
      const applied = { "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify(before) };
      return { ...before, metadata: { ...(before["metadata"] as JsonObject), annotations: applied } };
    },
    (made) => {
      const target = targetOf(made);
      const manifest = {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: target.name, namespace: target.namespace ?? "", labels: { app: "web" } },
        data: { MODE: "new" },
      };
      return [{ type: "apply", target, manifest }];
    },
    mode,
  ),
  created("ConfigMap", (place) => configMap(place, { MODE: "new" }), {
    ...mode,
    expected: [],
  }),
  deleted("ConfigMap", oldMode),
  doing(
    "ConfigMap: a value, then another, then the first again",
    oldMode,
    (made) => [patch(made, put("/data/MODE", "new")), patch(made, put("/data/LEVEL", "1")), patch(made, put("/data/MODE", "newer"))],
    mode,
  ),
  fidelityCase("ConfigMap: changed, then deleted", (place) => {
    const made = oldMode(place);
    const gone = "the object is gone, so nobody can change a field of it";
    return {
      objects: [made],
      actions: [patch(made, put("/data/MODE", "new")), { type: "delete", target: targetOf(made) }],
      same: gone,
      other: gone,
    };
  }),
  fidelityCase("ConfigMap: deleted, then created with other content", (place) => {
    const made = oldMode(place);
    const anew = configMap(place, { MODE: "new", LEVEL: "1000m" });
    return {
      objects: [made],
      actions: [
        { type: "delete", target: targetOf(made) },
        { type: "create", target: targetOf(anew), manifest: anew },
      ],
      same: mode,
      other: { ...labelled, expected: [...labelled.expected, put("/data/MODE", "new")] },
    };
  }),
  fidelityCase("ConfigMap: created, then changed", (place) => {
    const made = configMap(place, { MODE: "new" });
    return {
      objects: [],
      actions: [{ type: "create", target: targetOf(made), manifest: made }, patch(made, put("/data/MODE", "newer"))],
      same: { ...mode, expected: [] },
      other: { ...labelled, expected: [put("/data/MODE", "new")] },
    };
  }),
];

const dns: Make = (place) =>
  service(place, {
    ports: [
      { name: "dns", port: 53, targetPort: 5353, protocol: "TCP" },
      { name: "dns-udp", port: 53, targetPort: 5353, protocol: "UDP" },
    ],
  });

const services: readonly FidelityCase[] = [
  patched(
    "Service: a target port by name in place of a number",
    service,
    [put("/spec/ports/0/targetPort", "http")],
    edit("spec.ports[port=80,protocol=TCP].targetPort", put("/spec/ports/0/targetPort", 9999)),
  ),
  patched(
    "Service: a selector's value",
    service,
    [put("/spec/selector/app", "other")],
    edit("spec.selector.app", put("/spec/selector/app", "third")),
  ),
  patched(
    "Service: one selector more",
    service,
    [set("/spec/selector/track", "stable")],
    edit("spec.selector.track", put("/spec/selector/track", "canary"), [set("/spec/selector/track", "canary")]),
  ),
  patched(
    "Service: a selector where there was none",
    (place) => service(place, { selector: {} }),
    [set("/spec/selector", { app: "web" })],
    edit("spec.selector.app", put("/spec/selector/app", "third"), [set("/spec/selector", { app: "third" })]),
  ),
  patched(
    "Service: one port more, whose protocol is the server's default",
    service,
    [set("/spec/ports/-", { name: "metrics", port: 9090 })],
    edit("spec.ports[port=9090,protocol=TCP]", put("/spec/ports/1/targetPort", 9999), [
      set("/spec/ports/-", { name: "metrics", port: 9090, protocol: "TCP", targetPort: 9999 }),
    ]),
  ),
  patched(
    "Service: 53/UDP beside 53/TCP",
    dns,
    [put("/spec/ports/1/targetPort", 5300)],
    edit("spec.ports[port=53,protocol=UDP].targetPort", put("/spec/ports/1/targetPort", 5301)),
  ),
  patched(
    "Service: 53/TCP taken away beside 53/UDP",
    dns,
    [drop("/spec/ports/0")],
    edit("spec.ports[port=53,protocol=TCP]", set("/spec/ports/-", { name: "other", port: 53, protocol: "TCP", targetPort: 1 }), [
      drop("/spec/ports/0"),
      set("/spec/ports/-", { name: "other", port: 53, protocol: "TCP", targetPort: 1 }),
    ]),
  ),
  patched(
    "Service: affinity, whose time is the server's default",
    service,
    [put("/spec/sessionAffinity", "ClientIP")],
    edit("spec.sessionAffinityConfig.clientIP.timeoutSeconds", put("/spec/sessionAffinityConfig/clientIP/timeoutSeconds", 60), [
      put("/spec/sessionAffinity", "ClientIP"),
      set("/spec/sessionAffinityConfig", { clientIP: { timeoutSeconds: 60 } }),
    ]),
  ),
  created("Service", service, { ...edit("spec.ports", put("/spec/ports/0/targetPort", 9999)), expected: [] }),
  deleted("Service", service),
];

const ingress: Make = (place) =>
  object(place, "networking.k8s.io/v1", "Ingress", "door", {
    rules: [
      {
        host: "shop.example",
        http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "web", port: { number: 80 } } } }] },
      },
    ],
  });

const networkPolicy: Make = (place) =>
  object(place, "networking.k8s.io/v1", "NetworkPolicy", "wall", {
    podSelector: { matchLabels: { app: "web" } },
    ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }],
  });

const path = "/spec/rules/0/http/paths/0/backend/service/port/number";

const traffic: readonly FidelityCase[] = [
  patched("Ingress: a backend's port", ingress, [put(path, 8080)], edit("spec.rules", put(path, 8081))),
  patched(
    "Ingress: a default backend where there was none",
    ingress,
    [set("/spec/defaultBackend", { service: { name: "web", port: { number: 80 } } })],
    edit("spec.defaultBackend.service.name", put("/spec/defaultBackend/service/name", "other"), [
      set("/spec/defaultBackend", { service: { name: "other", port: { number: 80 } } }),
    ]),
  ),
  created("Ingress", ingress, { ...edit("spec.rules", put(path, 8081)), expected: [] }),
  deleted("Ingress", ingress),
  patched(
    "NetworkPolicy: one rule more, whose protocol is the server's default",
    networkPolicy,
    [set("/spec/ingress/-", { ports: [{ port: 9090 }] })],
    edit("spec.ingress", put("/spec/ingress", [{}])),
  ),
  patched(
    "NetworkPolicy: a direction more",
    networkPolicy,
    [put("/spec/policyTypes", ["Ingress", "Egress"]), set("/spec/egress", [{ to: [{ ipBlock: { cidr: "10.0.0.0/8" } }] }])],
    edit("spec.egress", put("/spec/egress", [{}]), [set("/spec/egress", [{}])]),
  ),
  created("NetworkPolicy", networkPolicy, { ...edit("spec.ingress", put("/spec/ingress", [{}])), expected: [] }),
  deleted("NetworkPolicy", networkPolicy),
];

const quota: Make = (place) => object(place, "v1", "ResourceQuota", "quota", { hard: { pods: "10", "requests.cpu": "1" } });
const limitRange: Make = (place) =>
  object(place, "v1", "LimitRange", "limits", { limits: [{ type: "Container", max: { cpu: "2" }, default: { cpu: "500m" } }] });
const budget: Make = (place) =>
  object(place, "policy/v1", "PodDisruptionBudget", "budget", { minAvailable: 1, selector: { matchLabels: { app: "web" } } });
const autoscaler: Make = (place) =>
  object(place, "autoscaling/v2", "HorizontalPodAutoscaler", "scaler", {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
    maxReplicas: 5,
  });
const cronJob =
  (suspend?: boolean): Make =>
  (place) =>
    object(place, "batch/v1", "CronJob", "nightly", {
      schedule: "0 0 1 1 *",
      ...(suspend === undefined ? {} : { suspend }),
      jobTemplate: { spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "job", image: "test.local/relay:1" }] } } } },
    });

/** The server fills it in as long as anything of it stands: so all of it stays beside somebody else's 70 s. */
const behaviourDefaults: JsonObject = {
  scaleUp: {
    stabilizationWindowSeconds: 0,
    selectPolicy: "Max",
    policies: [
      { type: "Pods", value: 4, periodSeconds: 15 },
      { type: "Percent", value: 100, periodSeconds: 15 },
    ],
  },
  scaleDown: { stabilizationWindowSeconds: 70, selectPolicy: "Max", policies: [{ type: "Percent", value: 100, periodSeconds: 15 }] },
};

/** A field with two values only: who changes it again sets it back. */
const setBack = (operation: Parameters<typeof edit>[1]): ForeignEdit => edit("has been set back by somebody else already", operation, []);

const bounds: readonly FidelityCase[] = [
  patched(
    "ResourceQuota: more of one, 1000m of another",
    quota,
    [put("/spec/hard/pods", "20"), put("/spec/hard/requests.cpu", "1500m")],
    edit("spec.hard.requests.cpu", put("/spec/hard/requests.cpu", "2500m")),
  ),
  patched(
    "ResourceQuota: a resource less and a resource more",
    quota,
    [drop("/spec/hard/pods"), set("/spec/hard/count~1configmaps", "5")],
    edit("spec.hard.count/configmaps", put("/spec/hard/count~1configmaps", "7"), [set("/spec/hard/count~1configmaps", "7")]),
  ),
  created("ResourceQuota", quota, { ...edit("spec.hard.pods", put("/spec/hard/pods", "7")), expected: [] }),
  deleted("ResourceQuota", quota),
  patched(
    "LimitRange: a limit, whose requests are the server's default",
    limitRange,
    [put("/spec/limits/0/default/cpu", "1000m")],
    edit("spec.limits", put("/spec/limits/0/default/cpu", "700m")),
  ),
  created("LimitRange", limitRange, { ...edit("spec.limits", put("/spec/limits/0/default/cpu", "700m")), expected: [] }),
  deleted("LimitRange", limitRange),
  patched(
    "PodDisruptionBudget: 50% in place of 1",
    budget,
    [put("/spec/minAvailable", "50%")],
    edit("spec.minAvailable", put("/spec/minAvailable", 2)),
  ),
  created("PodDisruptionBudget", budget, { ...edit("spec.minAvailable", put("/spec/minAvailable", 2)), expected: [] }),
  deleted("PodDisruptionBudget", budget),
  doing(
    "HorizontalPodAutoscaler: both limits, the least being the server's default",
    autoscaler,
    (made) => [{ type: "hpa-limits", target: targetOf(made), minReplicas: 2, maxReplicas: 8 }],
    edit("spec.maxReplicas", put("/spec/maxReplicas", 9)),
  ),
  patched(
    "HorizontalPodAutoscaler: behaviour, most of it the server's defaults",
    autoscaler,
    [set("/spec/behavior", { scaleDown: { stabilizationWindowSeconds: 60 } })],
    edit("spec.behavior.scaleDown.stabilizationWindowSeconds", put("/spec/behavior/scaleDown/stabilizationWindowSeconds", 70), [
      set("/spec/behavior", behaviourDefaults),
    ]),
  ),
  created("HorizontalPodAutoscaler", autoscaler, { ...edit("spec.maxReplicas", put("/spec/maxReplicas", 9)), expected: [] }),
  deleted("HorizontalPodAutoscaler", autoscaler),
  doing(
    "CronJob: suspended, which it was not by default",
    cronJob(),
    (made) => [{ type: "suspend", target: targetOf(made), suspend: true }],
    setBack(put("/spec/suspend", false)),
  ),
  doing(
    "CronJob: resumed",
    cronJob(true),
    (made) => [{ type: "suspend", target: targetOf(made), suspend: false }],
    setBack(put("/spec/suspend", true)),
  ),
  patched(
    "CronJob: a schedule, and a deadline where there was none",
    cronJob(),
    [put("/spec/schedule", "0 1 1 1 *"), set("/spec/startingDeadlineSeconds", 60)],
    edit("spec.schedule", put("/spec/schedule", "0 2 1 1 *")),
  ),
];

const widget: Make = (place) => object(place, "fidelity.test/v1", "Widget", "widget", { cpu: "1000m", colours: ["red", "blue"] });

const custom: readonly FidelityCase[] = [
  patched(
    "custom resource: a default, a quantity that no server rewrites, a list, a map",
    widget,
    [put("/spec/size", 5), put("/spec/cpu", "1"), put("/spec/colours", ["red"]), set("/spec/options", { fast: "yes" })],
    edit("spec.cpu", put("/spec/cpu", "2")),
  ),
  created("custom resource", widget, { ...edit("spec.size", put("/spec/size", 7)), expected: [] }),
  deleted("custom resource", widget),
];

export const objectCases: readonly FidelityCase[] = [...settings, ...services, ...traffic, ...bounds, ...custom];
