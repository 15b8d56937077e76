import { describe, expect, test } from "vitest";
import { defaultPolicy, isProtectedNamespace, modeOf, remarkOn, whyNotObject, whyNotPlan } from "../../../src/action/policy.ts";
import type { Policy } from "../../../src/action/policy.ts";
import type { Action, Plan } from "../../../src/action/action.ts";
import type { Metadata } from "../../../src/kubernetes/object.ts";
import { object, settings, web } from "./objects.ts";

const policy: Policy = {
  ...defaultPolicy,
  defaultMode: "observe",
  modeByNamespace: { shop: "auto", staging: "approve" },
  protectedNamespaces: ["payments"],
  actionsPerPlanMax: 2,
};
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
