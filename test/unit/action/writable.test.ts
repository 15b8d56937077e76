import { describe, expect, test } from "vitest";
import type { Action, Target } from "../../../src/action/action.ts";
import { whyNeverKind, whyNeverPattern, whyNeverWhole } from "../../../src/action/never.ts";
import { defaultPolicy } from "../../../src/action/policy.ts";
import type { Policy } from "../../../src/action/policy.ts";
import { defaultWritable } from "../../../src/action/writable.ts";
import type { Json, PatchOperation } from "../../../src/kubernetes/json.ts";
import { kinds } from "../../../src/kubernetes/kind.ts";
import type { KubernetesObject } from "../../../src/kubernetes/object.ts";
import { front, fullFront, fullSettings, fullWeb, object, refusal, settings, web } from "./objects.ts";

/** A policy that lets everything of every kind be written, as far as a policy can. */
const bold: Policy = {
  ...defaultPolicy,
  writable: Object.fromEntries(Object.keys(kinds).map((kind) => [kind, { paths: ["/**"], create: true, delete: true }])),
};
const add = (target: Target, path: string, value: Json = "x"): Action => ({
  type: "patch",
  target,
  operations: [{ op: "add", path, value }],
});
const pod = "/spec/template/spec";
const container = `${pod}/containers/0`;

const named = (which: "create" | "delete") => Object.keys(defaultWritable).filter((kind) => defaultWritable[kind]?.[which] === true);

describe("the list that comes without configuration", () => {
  test("names the kinds, what may be made and what removed", () => {
    expect(Object.keys(defaultWritable)).toEqual([
      "Deployment",
      "StatefulSet",
      "DaemonSet",
      "CronJob",
      "Job",
      "Pod",
      "Node",
      "ConfigMap",
      "Service",
      "Ingress",
      "NetworkPolicy",
      "ResourceQuota",
      "LimitRange",
      "HorizontalPodAutoscaler",
      "PodDisruptionBudget",
    ]);
    expect(named("create")).toEqual([
      "ConfigMap",
      "Service",
      "Ingress",
      "NetworkPolicy",
      "ResourceQuota",
      "LimitRange",
      "HorizontalPodAutoscaler",
      "PodDisruptionBudget",
    ]);
    expect(named("delete")).toEqual(["NetworkPolicy", "ResourceQuota", "LimitRange", "HorizontalPodAutoscaler", "PodDisruptionBudget"]);
  });

  test("keeps to what is never written itself", () => {
    const wrong = Object.entries(defaultWritable).flatMap(([kind, { paths, ...whole }]) => [
      ...paths.flatMap((path) => whyNeverPattern(kind, path) ?? []),
      ...[whyNeverKind(kind)].flatMap((why) => why ?? []),
      ...(whole.create ? [whyNeverWhole(kind, "create")] : []).flatMap((why) => why ?? []),
      ...(whole.delete ? [whyNeverWhole(kind, "delete")] : []).flatMap((why) => why ?? []),
    ]);
    expect(wrong).toEqual([]);
  });
});

describe("fields that no policy can make writable", () => {
  test.each<readonly [string, Json, string]>([
    ["/kind", "Pod", "kind"],
    ["/apiVersion", "v2", "apiVersion"],
    ["/metadata/name", "other", "metadata.name"],
    ["/metadata/namespace", "bank", "metadata.namespace"],
    ["/metadata/generateName", "web-", "metadata.generateName"],
    ["/metadata/finalizers", ["example.com/x"], "metadata.finalizers"],
    ["/metadata/ownerReferences/0", { kind: "Shop" }, "metadata.ownerReferences"],
    ["/metadata/labels/stratus.dev~1protected", "false", "metadata.labels.stratus.dev/protected"],
    ["/metadata/annotations/stratus.dev~1protected", "false", "metadata.annotations.stratus.dev/protected"],
    [`${pod}/serviceAccountName`, "admin", "spec.template.spec.serviceAccountName"],
    [`${pod}/serviceAccount`, "admin", "spec.template.spec.serviceAccount"],
    [`${pod}/automountServiceAccountToken`, true, "spec.template.spec.automountServiceAccountToken"],
    [`${pod}/hostNetwork`, true, "spec.template.spec.hostNetwork"],
    [`${pod}/hostPID`, true, "spec.template.spec.hostPID"],
    [`${pod}/hostIPC`, true, "spec.template.spec.hostIPC"],
    [`${pod}/hostUsers`, true, "spec.template.spec.hostUsers"],
    [`${pod}/securityContext/runAsUser`, 0, "spec.template.spec.securityContext.runAsUser"],
    [`${container}/securityContext/privileged`, true, "spec.template.spec.containers[name=app].securityContext.privileged"],
    [`${pod}/initContainers/0/securityContext`, { privileged: true }, "spec.template.spec.initContainers[name=init].securityContext"],
    [`${pod}/ephemeralContainers`, [{ name: "debug" }], "spec.template.spec.ephemeralContainers"],
    ["/spec/externalIPs", ["192.0.2.1"], "spec.externalIPs"],
    ["/spec/anything/deeper/hostNetwork", true, "spec.anything"],
  ])("%s", (path, value, place) => {
    const found = path.startsWith("/spec/anything") ? { ...fullWeb, spec: { anything: { deeper: {} } } } : fullWeb;
    const told = refusal(add(web, path, value), found, bold);
    expect(told).toContain(place);
    expect(told).toContain("of Deployment shop/web is never written");
  });

  test("nor may what is there be taken away", () => {
    const removing: Action = { type: "patch", target: web, operations: [{ op: "remove", path: `${pod}/serviceAccountName` }] };
    const found = { ...fullWeb, spec: { template: { spec: { serviceAccountName: "shop" } } } };
    expect(refusal(removing, found, bold)).toBe("spec.template.spec.serviceAccountName of Deployment shop/web is never written");
  });

  test.each<readonly [Target, KubernetesObject, string, Json, string]>([
    [front, fullFront, "/spec/type", "NodePort", "spec.type of Service shop/front is never written"],
    [front, fullFront, "/spec/externalName", "example.com", "spec.externalName of Service shop/front is never written"],
    [front, fullFront, "/spec/clusterIP", "10.0.0.1", "spec.clusterIP of Service shop/front is never written"],
    [front, fullFront, "/spec/ports/0/nodePort", 30_000, "spec.ports[port=80].nodePort of Service shop/front is never written"],
    [settings, fullSettings, "/immutable", true, "immutable of ConfigMap shop/settings is never written"],
  ])("%j %#", (target, found, path, value, told) => {
    expect(refusal(add(target, path, value), found, bold)).toBe(told);
  });

  test("a webhook's address is its owner's, and the rest of the webhook may be written", () => {
    const hook = { kind: "ValidatingWebhookConfiguration", name: "check" };
    const found = object(hook, { webhooks: [{ name: "a.example.com", failurePolicy: "Fail", clientConfig: { url: "https://a" } }] });
    expect(refusal(add(hook, "/webhooks/0/failurePolicy", "Ignore"), found, bold)).toBe(undefined);
    expect(refusal(add(hook, "/webhooks/0/clientConfig/url", "https://b"), found, bold)).toBe(
      "webhooks[name=a.example.com].clientConfig.url of ValidatingWebhookConfiguration check is never written",
    );
    expect(refusal(add(hook, "/webhooks/-", { name: "b.example.com", clientConfig: { url: "https://b" } }), found, bold)).toBe(
      "webhooks[name=b.example.com] of ValidatingWebhookConfiguration check would read a Secret or run a command of its own",
    );
  });

  test("whether volumes go with their pods is for people to say", () => {
    const database = { ...web, kind: "StatefulSet" };
    expect(refusal(add(database, "/spec/persistentVolumeClaimRetentionPolicy", { whenScaled: "Delete" }), fullWeb, bold)).toBe(
      "spec.persistentVolumeClaimRetentionPolicy of StatefulSet shop/web is never written",
    );
  });
});

const ofKind = (kind: string): Target => ({ kind, namespace: "shop", name: "web" });

describe("fields with an action of their own, which has limits", () => {
  test.each<readonly [Target, PatchOperation, string]>([
    [
      ofKind("Deployment"),
      { op: "replace", path: "/spec/replicas", value: 9 },
      "spec.replicas of Deployment shop/web is changed by scale only",
    ],
    [
      ofKind("StatefulSet"),
      { op: "replace", path: "/spec/replicas", value: 9 },
      "spec.replicas of StatefulSet shop/web is changed by scale only",
    ],
    [
      ofKind("HorizontalPodAutoscaler"),
      { op: "add", path: "/spec/maxReplicas", value: 9 },
      "spec.maxReplicas of HorizontalPodAutoscaler shop/web is changed by hpa-limits only",
    ],
    [ofKind("CronJob"), { op: "add", path: "/spec/suspend", value: true }, "spec.suspend of CronJob shop/web is changed by suspend only"],
    [
      { kind: "Node", name: "node-1" },
      { op: "add", path: "/spec/unschedulable", value: true },
      "spec.unschedulable of Node node-1 is changed by cordon, uncordon and untaint only",
    ],
  ])("$1.path of %j", (target, operation, told) => {
    const action = { type: "patch", target, operations: [operation] } as Action;
    expect(refusal(action, object(target, { spec: { replicas: 2 } }), bold)).toBe(told);
  });
});

describe("values that reach too far", () => {
  const secret = "would read a Secret or run a command of its own";
  const power = "would give power over the node or in the API";
  const env = "spec.template.spec.containers[name=app].env";
  test.each<readonly [string, Json, string]>([
    [
      `${container}/env/-`,
      { name: "KEY", valueFrom: { secretKeyRef: { name: "s", key: "k" } } },
      `${env}[name=KEY] of Deployment shop/web ${secret}`,
    ],
    [
      `${container}/env/0/valueFrom`,
      { secretKeyRef: { name: "s", key: "k" } },
      `${env}[name=LEVEL].valueFrom.secretKeyRef of Deployment shop/web ${secret}`,
    ],
    [
      `${container}/envFrom`,
      [{ secretRef: { name: "s" } }],
      `spec.template.spec.containers[name=app].envFrom of Deployment shop/web ${secret}`,
    ],
    [
      `${container}/livenessProbe`,
      { exec: { command: ["id"] } },
      `spec.template.spec.containers[name=app].livenessProbe.exec of Deployment shop/web ${secret}`,
    ],
    [
      `${container}/readinessProbe/exec`,
      { command: ["id"] },
      `spec.template.spec.containers[name=app].readinessProbe.exec of Deployment shop/web ${secret}`,
    ],
    [`${pod}/volumes/-`, { name: "s", secret: { secretName: "s" } }, `spec.template.spec.volumes[name=s] of Deployment shop/web ${secret}`],
    [`${pod}/volumes/-`, { name: "n", hostPath: { path: "/" } }, `spec.template.spec.volumes[name=n] of Deployment shop/web ${secret}`],
    [`${pod}/volumes/-`, { name: "p", projected: { sources: [] } }, `spec.template.spec.volumes[name=p] of Deployment shop/web ${secret}`],
    [
      `${pod}/volumes/-`,
      { name: "c", csi: { driver: "secrets-store.csi.k8s.io" } },
      `spec.template.spec.volumes[name=c] of Deployment shop/web ${secret}`,
    ],
    [
      `${pod}/containers/-`,
      { name: "b", securityContext: { privileged: true } },
      `spec.template.spec.containers[name=b] of Deployment shop/web ${power}`,
    ],
    ["/spec/custom", [{ deep: { hostNetwork: true } }], `spec.custom of Deployment shop/web ${power}`],
  ])("%s %j", (path, value, told) => {
    expect(refusal(add(web, path, value), fullWeb, bold)).toBe(told);
  });

  test.each<readonly [string, Json, string | undefined]>([
    [
      `${pod}/priorityClassName`,
      "system-cluster-critical",
      "spec.template.spec.priorityClassName of Deployment shop/web would push other pods off their nodes",
    ],
    [`${pod}/priorityClassName`, "shop-high", undefined],
    [
      `${pod}/tolerations`,
      [{ key: "node-role.kubernetes.io/control-plane", operator: "Exists" }],
      "spec.template.spec.tolerations of Deployment shop/web would let pods run where the control plane does",
    ],
    [
      `${pod}/tolerations/-`,
      { operator: "Exists" },
      "spec.template.spec.tolerations of Deployment shop/web would let pods run where the control plane does",
    ],
    [`${pod}/tolerations/-`, { key: "team", operator: "Exists" }, undefined],
  ])("are refused where they are felt by all: %s %j", (path, value, told) => {
    expect(refusal(add(web, path, value), fullWeb)).toBe(told);
  });

  test("that were there already are no new reach", () => {
    const everywhere = { ...fullWeb, spec: { template: { spec: { tolerations: [{ operator: "Exists" }] } } } };
    expect(refusal(add(web, `${pod}/tolerations/-`, { key: "team", operator: "Exists" }), everywhere)).toBe(undefined);
  });

  test("are refused by the list that comes without configuration too", () => {
    const secretly = { name: "KEY", valueFrom: { secretKeyRef: { name: "s", key: "k" } } };
    expect(refusal(add(web, `${container}/env/-`, secretly), fullWeb)).toBe(`${env}[name=KEY] of Deployment shop/web ${secret}`);
  });

  test("may be taken away", () => {
    const found = {
      ...fullWeb,
      spec: { template: { spec: { containers: [{ name: "app", livenessProbe: { exec: { command: ["id"] } }, image: "a" }] } } },
    };
    const removing: Action = { type: "patch", target: web, operations: [{ op: "remove", path: `${container}/livenessProbe/exec` }] };
    expect(refusal(removing, found)).toBe(undefined);
  });

  test("the text of a ConfigMap is its owner's, whatever a key is called", () => {
    for (const key of ["secret", "exec", "hostNetwork", "securityContext"])
      expect(refusal(add(settings, `/data/${key}`), fullSettings)).toBe(undefined);
  });
});

describe("a pattern of a policy", () => {
  test.each([
    ["Deployment", "/metadata/finalizers/**", "is never written"],
    ["Deployment", "/spec/template/spec/containers/*/securityContext/privileged", "is never written"],
    ["Deployment", "/status/**", "is never written"],
    ["Deployment", "/spec/replicas", "is changed by scale only"],
    ["Deployment", "/spec/template/spec/containers/*/livenessProbe/exec/**", "would read a Secret or run a command of its own"],
    ["VirtualService", "/spec/hostNetwork", "is never written"],
    ["Service", "/spec/ports/*/nodePort", "is never written"],
    ["Node", "/spec/**", "is changed by cordon, uncordon and untaint only"],
    ["Pod", "/spec/containers/*/image", "is never written"],
    ["Deployment", "/metadata/labels/stratus.dev~1protected", "is never written"],
  ])("%s %s %s", (kind, pattern, why) => {
    expect(whyNeverPattern(kind, pattern)).toBe(why);
  });

  test.each([
    ["Deployment", "/spec/**"],
    ["Deployment", "/metadata/*"],
    ["Deployment", "/spec/template/spec/containers/*/**"],
    ["DaemonSet", "/spec/replicas"],
    ["VirtualService", "/spec/type"],
    ["ConfigMap", "/data/secret"],
  ])("%s %s may be written, but for what in it is never", (kind, pattern) => {
    expect(whyNeverPattern(kind, pattern)).toBe(undefined);
  });
});
