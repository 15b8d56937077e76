import { describe, expect, test } from "vitest";
import {
  defaultPolicy,
  isMarkedProtected,
  isProtectedNamespace,
  modeOf,
  modeOfPlan,
  needsWholeCluster,
  remarkOn,
  whyNotField,
  whyNotKind,
  whyNotManifest,
  whyNotObject,
  whyNotPlace,
  whyNotPlan,
} from "../../../src/action/policy.ts";
import type { Policy } from "../../../src/action/policy.ts";
import type { Action, Plan, Target } from "../../../src/action/action.ts";
import type { JsonObject } from "../../../src/kubernetes/json.ts";
import type { Metadata } from "../../../src/kubernetes/object.ts";
import { front, object, settings, web } from "./objects.ts";

const policy: Policy = {
  ...defaultPolicy,
  defaultMode: "observe",
  modeByNamespace: { shop: "auto", staging: "approve" },
  protectedNamespaces: ["payments"],
  actionsPerPlanMax: 2,
};
const node = { kind: "Node", name: "node-1" } as const;
const shop: Target = { ...web, namespace: "shop" };
const restartOf = (namespace: string): Action => ({ type: "restart", target: { ...web, namespace } });
const plan = (...namespaces: readonly string[]): Plan => ({ intent: "Try it.", source: "a test", actions: namespaces.map(restartOf) });
const why = (metadata: Partial<Metadata>) => whyNotObject(policy, restartOf("shop"), object(web, {}, metadata));

describe("namespaces that are never written", () => {
  test.each([
    "kube-system",
    "kube-public",
    "kube-node-lease",
    "kube-flannel",
    "stratus",
    "stratus-system",
    "argocd",
    "argo-cd",
    "flux-system",
    "gatekeeper-system",
    "kyverno",
    "cert-manager",
    "istio-system",
    "linkerd",
    "cilium",
    "calico-system",
    "calico-apiserver",
    "tigera-operator",
    "monitoring",
    "prometheus",
    "observability",
    "payments",
  ])("%s", (namespace) => {
    expect(isProtectedNamespace(policy, namespace)).toBe(true);
    expect(whyNotPlan(policy, plan(namespace), [namespace])).toBe(`namespace ${namespace} is protected: nothing is ever changed there`);
  });

  test.each(["shop", "default", "kubernetes", "my-kube-system"])("%s is not one of them", (namespace) => {
    expect(isProtectedNamespace(policy, namespace)).toBe(false);
  });

  test("no mode that is configured changes that", () => {
    const bold: Policy = { ...policy, modeByNamespace: { "kube-system": "auto" } };
    expect(whyNotPlan(bold, plan("kube-system"), ["kube-system"])).toBe(
      "namespace kube-system is protected: nothing is ever changed there",
    );
  });
});

describe("the mode of a namespace", () => {
  test.each([
    ["shop", "auto"],
    ["staging", "approve"],
    ["elsewhere", "observe"],
    ["constructor", "observe"],
  ])("%s: %s", (namespace, mode) => {
    expect(modeOf(policy, namespace)).toBe(mode);
  });
});

describe("a plan", () => {
  test("within its scope and size may be tried", () => {
    expect(whyNotPlan(policy, plan("shop", "shop"), ["shop"])).toBe(undefined);
  });

  test("with too many actions may not", () => {
    expect(whyNotPlan(policy, plan("shop", "shop", "shop"), ["shop"])).toBe("the plan has 3 actions, at most 2 are allowed");
  });

  test("that leaves the scope with any action may not", () => {
    expect(whyNotPlan(policy, plan("shop", "elsewhere"), ["shop", "staging"])).toBe(
      "Deployment elsewhere/web is outside this incident's scope (shop, staging)",
    );
  });

  test("about a kind that the policy does not name may not", () => {
    const secretly: Plan = { ...plan(), actions: [{ type: "restart", target: { ...web, kind: "Secret" } }] };
    expect(whyNotPlan(policy, secretly, ["shop"])).toBe("the policy lets no Secret be written");
  });

  test("for what belongs to no namespace is within every scope: its mode, and the whole cluster, are asked for", () => {
    const cordon: Plan = { ...plan("shop"), actions: [restartOf("shop"), { type: "cordon", target: node }] };
    expect(whyNotPlan(policy, cordon, ["shop"])).toBe(undefined);
    expect(needsWholeCluster(cordon)).toBe(true);
    expect(needsWholeCluster(plan("shop", "staging"))).toBe(false);
  });

  test.each<readonly [string, readonly Target[], "observe" | "approve" | "auto"]>([
    ["auto in shop", [shop], "auto"],
    ["the more careful word of two namespaces", [shop, { ...web, namespace: "staging" }], "approve"],
    [
      "the word for everywhere else",
      [
        { ...web, namespace: "staging" },
        { ...web, namespace: "elsewhere" },
      ],
      "observe",
    ],
    ["the word for what belongs to no namespace", [shop, node], "observe"],
  ])("has the mode of its targets: %s", (_what, targets, mode) => {
    expect(modeOfPlan(policy, { ...plan(), actions: targets.map((target) => ({ type: "restart", target })) })).toBe(mode);
  });

  test("for what belongs to no namespace can be made automatic alone", () => {
    const cordon: Plan = { ...plan(), actions: [{ type: "cordon", target: node }] };
    expect(modeOfPlan({ ...policy, clusterScopedMode: "auto" }, cordon)).toBe("auto");
  });

  test("without an action does nothing by itself", () => {
    expect(modeOfPlan({ ...policy, defaultMode: "auto" }, plan())).toBe("observe");
  });
});

describe("a place", () => {
  const custom: Policy = {
    ...policy,
    customKinds: {
      VirtualService: { apiVersion: "networking.istio.io/v1", plural: "virtualservices", namespaced: true },
      GatewayClass: { apiVersion: "gateway.networking.k8s.io/v1", plural: "gatewayclasses", namespaced: false },
    },
  };

  test.each<readonly [Target, string | undefined]>([
    [shop, undefined],
    [node, undefined],
    [{ ...web, namespace: "payments" }, "namespace payments is protected: nothing is ever changed there"],
    [{ ...web, namespace: "kube-system" }, "namespace kube-system is protected: nothing is ever changed there"],
    [{ kind: "Deployment", name: "web" }, "Deployment web needs a namespace"],
    [{ ...node, namespace: "shop" }, "Node shop/node-1 belongs to no namespace"],
    [{ kind: "Secret", namespace: "shop", name: "key" }, "Secret is not a kind that Stratus reads or writes"],
    [{ kind: "constructor", namespace: "shop", name: "x" }, "constructor is not a kind that Stratus reads or writes"],
    [{ kind: "VirtualService", namespace: "shop", name: "x" }, undefined],
    [{ kind: "GatewayClass", name: "x" }, undefined],
    [{ kind: "GatewayClass", namespace: "shop", name: "x" }, "GatewayClass shop/x belongs to no namespace"],
  ])("%j: %s", (target, told) => {
    expect(whyNotPlace(custom, target)).toBe(told);
  });

  test("of a custom resource is unknown until a policy names its kind", () => {
    expect(whyNotPlace(policy, { kind: "VirtualService", namespace: "shop", name: "x" })).toBe(
      "VirtualService is not a kind that Stratus reads or writes",
    );
  });
});

const act = (type: "create" | "delete" | "restart", kind: string): Action => {
  const target = { kind, namespace: "shop", name: "x" };
  return type === "create" ? { type, target, manifest: {} } : { type, target };
};

describe("a kind", () => {
  const everything = { paths: ["/**"], create: true, delete: true };
  const bold: Policy = {
    ...policy,
    writable: Object.fromEntries(
      ["Secret", "ExternalSecret", "Namespace", "Deployment", "Node", "Pod", "ValidatingWebhookConfiguration", "VirtualService"].map(
        (kind) => [kind, everything],
      ),
    ),
  };

  test.each<readonly [Action, string | undefined]>([
    [act("restart", "Deployment"), undefined],
    [act("create", "ConfigMap"), undefined],
    [act("delete", "ConfigMap"), "the policy lets no ConfigMap be deleted"],
    [act("create", "Deployment"), "the policy lets no Deployment be created"],
    [act("delete", "NetworkPolicy"), undefined],
    [act("restart", "ReplicaSet"), "the policy lets no ReplicaSet be written"],
    [act("restart", "Secret"), "the policy lets no Secret be written"],
    [act("restart", "toString"), "the policy lets no toString be written"],
  ])("%j: %s", (action, told) => {
    expect(whyNotKind(policy, action)).toBe(told);
  });

  test.each<readonly [Action, string | undefined]>([
    [act("restart", "Secret"), "no Secret is ever written: it holds data or rights that no undo brings back"],
    [act("restart", "ExternalSecret"), "no ExternalSecret is ever written: it is about Secrets"],
    [act("delete", "Namespace"), "no Namespace is ever written: it holds data or rights that no undo brings back"],
    [act("delete", "Deployment"), "no Deployment is ever deleted: it has dependants or data"],
    [act("create", "Deployment"), "no Deployment is ever created: it has dependants or data"],
    [act("delete", "Node"), "no Node is ever deleted: it has dependants or data"],
    [act("delete", "Pod"), "no Pod is ever deleted: it has dependants or data"],
    [act("delete", "ValidatingWebhookConfiguration"), undefined],
    [
      act("create", "ValidatingWebhookConfiguration"),
      "no ValidatingWebhookConfiguration is ever created: it would see every request of the cluster",
    ],
    [act("create", "VirtualService"), undefined],
  ])("whatever a policy says, %j: %s", (action, told) => {
    expect(whyNotKind(bold, action)).toBe(told);
  });
});

const added = (path: string) => ({ path: path.split("/").slice(1), before: null, after: { value: 1 }, container: false });

describe("a field", () => {
  test("may be one that the action is for, or for a patch one that the policy lists", () => {
    expect(whyNotField(policy, { type: "scale", target: web, replicas: 1 }, added("/spec/replicas"))).toBe(undefined);
    const patch: Action = { type: "patch", target: settings, operations: [{ op: "remove", path: "/data/a" }] };
    expect(whyNotField(policy, patch, added("/data/a"))).toBe(undefined);
    expect(whyNotField(policy, { type: "merge", target: settings, strategy: "merge", patch: {} }, added("/data/a"))).toBe(undefined);
    expect(whyNotField(policy, { type: "apply", target: settings, manifest: {} }, added("/data/a"))).toBe(undefined);
    expect(whyNotField(policy, { type: "apply", target: settings, manifest: {} }, added("/metadata/labels/a"))).toBe(
      "metadata.labels.a of ConfigMap shop/settings is not on the list of writable fields",
    );
  });

  test("that admission moves beside what the action is for refuses it, listed or not", () => {
    expect(whyNotField(policy, { type: "scale", target: web, replicas: 1 }, added("/spec/template/spec/containers/0/image"))).toBe(
      "spec.template.spec.containers.0.image of Deployment shop/web is nothing that scale may change",
    );
    expect(whyNotField(policy, { type: "cordon", target: node }, added("/metadata/labels/pool"))).toBe(
      "metadata.labels.pool of Node node-1 is nothing that cordon may change",
    );
  });
});

const service = (spec: JsonObject): JsonObject => ({ kind: "Service", spec });

describe("a manifest", () => {
  const hpa = { kind: "HorizontalPodAutoscaler", namespace: "shop", name: "auto" };
  const ingress = { kind: "Ingress", namespace: "shop", name: "door" };

  test.each<readonly [Target, JsonObject, string | undefined]>([
    [settings, { data: { a: "1" } }, undefined],
    [settings, { data: { secret: "the name of a key" }, binaryData: { exec: "" } }, undefined],
    [settings, { immutable: true }, "ConfigMap shop/settings would be immutable: its content could never be put right"],
    [settings, { immutable: false }, undefined],
    [settings, { metadata: { finalizers: ["example.com/x"] } }, "ConfigMap shop/settings would have finalizers"],
    [settings, { metadata: { ownerReferences: [{ kind: "Shop" }] } }, "ConfigMap shop/settings would have ownerReferences"],
    [front, service({ type: "ClusterIP", ports: [{ port: 80 }] }), undefined],
    [front, service({ ports: [{ port: 80 }] }), undefined],
    [front, service({ type: "NodePort" }), "Service shop/front would be reachable from outside"],
    [front, service({ type: "LoadBalancer" }), "Service shop/front would be reachable from outside"],
    [front, service({ type: "ExternalName", externalName: "example.com" }), "Service shop/front would be reachable from outside"],
    [front, service({ externalIPs: ["192.0.2.1"] }), "Service shop/front would be reachable from outside"],
    [hpa, { kind: "HorizontalPodAutoscaler", spec: { maxReplicas: 3 } }, undefined],
    [
      ingress,
      { metadata: { annotations: { "nginx.ingress.kubernetes.io/server-snippet": "location / {}" } } },
      "Ingress shop/door would carry configuration for a proxy in an annotation",
    ],
    [ingress, { metadata: { annotations: { "nginx.ingress.kubernetes.io/rewrite-target": "/" } } }, undefined],
    [
      { kind: "Task", namespace: "shop", name: "x" },
      { spec: { steps: [{ securityContext: { privileged: true } }] } },
      "Task shop/x would give power over the node or in the API",
    ],
    [{ kind: "Task", namespace: "shop", name: "x" }, { spec: { steps: [{ securityContext: {} }] } }, undefined],
    [
      { kind: "Task", namespace: "shop", name: "x" },
      { spec: { volumes: [{ secret: { secretName: "s" } }] } },
      "Task shop/x would read a Secret or run a command of its own",
    ],
  ])("%j of %j: %s", (target, manifest, told) => {
    expect(whyNotManifest(target, manifest)).toBe(told);
  });
});

describe("an object", () => {
  test("that nobody else owns may be written", () => {
    expect(why({})).toBe(undefined);
  });

  test.each<readonly [string, Partial<Metadata>, string]>([
    ["being deleted", { deletionTimestamp: "2026-01-01T00:00:00Z" }, "Deployment shop/web is being deleted"],
    ["marked by a label", { labels: { "stratus.dev/protected": "true" } }, "Deployment shop/web is marked stratus.dev/protected"],
    [
      "marked by an annotation",
      { annotations: { "stratus.dev/protected": "true" } },
      "Deployment shop/web is marked stratus.dev/protected",
    ],
    [
      "owned by a controller",
      { ownerReferences: [{ apiVersion: "x/v1", kind: "Shop", name: "main", uid: "u", controller: true }] },
      "Deployment shop/web is owned by Shop main, which would set it back: change it there",
    ],
    [
      "tracked by Argo CD's annotation",
      { annotations: { "argocd.argoproj.io/tracking-id": "shop:apps/Deployment:shop/web" } },
      "Deployment shop/web is managed by Argo CD (shop:apps/Deployment:shop/web): change it in its repository",
    ],
    [
      "tracked by Argo CD's label",
      { labels: { "argocd.argoproj.io/instance": "shop" } },
      "Deployment shop/web is managed by Argo CD (shop): change it in its repository",
    ],
    [
      "applied by Flux",
      { labels: { "kustomize.toolkit.fluxcd.io/name": "shop" } },
      "Deployment shop/web is managed by Flux (shop): change it in its repository",
    ],
    [
      "released by Flux",
      { labels: { "helm.toolkit.fluxcd.io/name": "shop" } },
      "Deployment shop/web is managed by Flux (shop): change it in its repository",
    ],
  ])("%s may not be written", (_name, metadata, reason) => {
    expect(why(metadata)).toBe(reason);
  });

  test("of the same name, but not the one that was meant, may not be written", () => {
    const meant: Action = { type: "restart", target: { ...web, uid: "another" } };
    expect(whyNotObject(policy, meant, object(web))).toBe("Deployment shop/web is another one than the plan was made for");
  });

  test("marked otherwise than `true`, or owned by nobody in control, may be written", () => {
    const ownerReferences = [{ apiVersion: "v1", kind: "Shop", name: "main", uid: "u" }];
    expect(why({ labels: { "stratus.dev/protected": "false" }, ownerReferences })).toBe(undefined);
  });

  test("that is immutable may not be written", () => {
    const change: Action = { type: "patch", target: settings, operations: [{ op: "add", path: "/data/LEVEL", value: "info" }] };
    expect(whyNotObject(policy, change, object(settings, { immutable: true }))).toBe("ConfigMap shop/settings is immutable");
    expect(whyNotObject(policy, change, object(settings, { immutable: false }))).toBe(undefined);
  });

  test("that is a pod may be evicted though its controller owns it: that is whom it is left to", () => {
    const ownerReferences = [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: "web", uid: "u", controller: true }];
    const pod = { kind: "Pod", namespace: "shop", name: "web-1" };
    const evict: Action = { type: "evict", target: pod };
    expect(whyNotObject(policy, evict, object(pod, {}, { ownerReferences }))).toBe(undefined);
    expect(whyNotObject(policy, evict, object(pod, {}, { ownerReferences, annotations: { "stratus.dev/protected": "true" } }))).toBe(
      "Pod shop/web-1 is marked stratus.dev/protected",
    );
  });

  test("of Argo CD may be written where the policy says so, one of Flux never", () => {
    const writing: Policy = { ...policy, argoCd: "write" };
    const argo = object(web, {}, { labels: { "argocd.argoproj.io/instance": "shop" } });
    const flux = object(web, {}, { labels: { "kustomize.toolkit.fluxcd.io/name": "shop" } });
    expect(whyNotObject(writing, restartOf("shop"), argo)).toBe(undefined);
    expect(whyNotObject(writing, restartOf("shop"), flux)).toBe(
      "Deployment shop/web is managed by Flux (shop): change it in its repository",
    );
  });

  test("is marked by a label or an annotation of that very value", () => {
    expect(isMarkedProtected(object(web, {}, { labels: { "stratus.dev/protected": "true" } }))).toBe(true);
    expect(isMarkedProtected(object(web, {}, { annotations: { "stratus.dev/protected": "true" } }))).toBe(true);
    expect(isMarkedProtected(object(web, {}, { labels: { "stratus.dev/protected": "yes" } }))).toBe(false);
    expect(isMarkedProtected(undefined)).toBe(false);
  });

  test("of a plain Helm release may be written, with a remark", () => {
    const released = object(web, {}, { annotations: { "meta.helm.sh/release-name": "shop" } });
    expect(whyNotObject(policy, restartOf("shop"), released)).toBe(undefined);
    expect(remarkOn(released)).toBe("it belongs to Helm release shop: the next upgrade brings the old value back");
    expect(remarkOn(object(web))).toBe(undefined);
  });

  test("cannot fill a message with what it calls its owner", () => {
    const long = "x".repeat(5000);
    const short = "x".repeat(100);
    expect(why({ labels: { "argocd.argoproj.io/instance": long } })).toBe(
      `Deployment shop/web is managed by Argo CD (${short}): change it in its repository`,
    );
    expect(remarkOn(object(web, {}, { annotations: { "meta.helm.sh/release-name": long } }))).toBe(
      `it belongs to Helm release ${short}: the next upgrade brings the old value back`,
    );
  });
});
