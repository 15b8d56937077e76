import { describe, expect, test } from "vitest";
import type { Environment } from "../../src/config.ts";
import { shop } from "../../src/demo/shop.ts";
import { createWorld } from "../../src/demo/world.ts";
import type { World } from "../../src/demo/world.ts";
import type { JsonObject } from "../../src/kubernetes/json.ts";
import { paymentPods } from "../support/fault.ts";
import { landscape, scopeHolders, sentWrites, story } from "../support/journey.ts";
import { breakTargetPort, outcomes, runToTheEnd } from "../support/story.ts";

interface Case {
  readonly name: string;
  readonly environment?: Environment;
  readonly objects?: readonly JsonObject[];
  readonly prepare?: (world: World) => void;
  readonly fault?: (world: World) => void;
  readonly reason: string;
}

function isPaymentService(object: JsonObject): boolean {
  return object["kind"] === "Service" && (object["metadata"] as JsonObject)["name"] === "payment";
}

/** The shop with more metadata on Service payment. */
function shopWith(metadata: JsonObject): readonly JsonObject[] {
  return shop.map((object) => (isPaymentService(object) ? withMetadata(object, metadata) : object));
}

function withMetadata(object: JsonObject, metadata: JsonObject): JsonObject {
  return { ...object, metadata: { ...(object["metadata"] as JsonObject), ...metadata } };
}

/** The Service belongs to an object that an operator keeps. */
function ownService(world: World): void {
  const owner = world.cluster.make({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "main", namespace: "shop" } });
  const ownerReferences = [{ apiVersion: "v1", kind: "ConfigMap", name: "main", uid: owner.metadata.uid, controller: true }];
  world.cluster.make(withMetadata(shop.find(isPaymentService) ?? {}, { ownerReferences }));
}

const remedy = `Change the target port in Service shop/payment: of port 80 to "8080" (named like the Service's port)`;

const cases: readonly Case[] = [
  {
    name: "a protected namespace",
    environment: { STRATUS_PROTECTED_NAMESPACES: "shop" },
    reason: "namespace shop is protected: nothing is ever changed there",
  },
  {
    name: "an object with the label stratus.dev/protected",
    objects: shopWith({ labels: { app: "payment", "stratus.dev/protected": "true" } }),
    reason: `nothing that is allowed is left to try: ${remedy} (Service shop/payment is marked stratus.dev/protected)`,
  },
  {
    name: "an object with the annotation stratus.dev/protected",
    objects: shopWith({ annotations: { "stratus.dev/protected": "true" } }),
    reason: `nothing that is allowed is left to try: ${remedy} (Service shop/payment is marked stratus.dev/protected)`,
  },
  {
    name: "a namespace with the label stratus.dev/protected",
    prepare: ({ cluster }) =>
      void cluster.edit({ kind: "Namespace", name: "shop" }, [
        { op: "add", path: "/metadata/labels/stratus.dev~1protected", value: "true" },
      ]),
    reason: `no remedy could be carried out: ${remedy} (namespace shop is marked stratus.dev/protected)`,
  },
  {
    name: "an object that somebody controls",
    objects: shop.filter((object) => !isPaymentService(object)),
    prepare: ownService,
    reason: `nothing that is allowed is left to try: ${remedy} (Service shop/payment is owned by ConfigMap main, which would set it back: change it there: spec.ports[port=80,protocol=TCP].targetPort from 9999 to 8080)`,
  },
  {
    name: "an object of Argo CD",
    objects: shopWith({ labels: { app: "payment", "argocd.argoproj.io/instance": "shop" } }),
    reason: `nothing that is allowed is left to try: ${remedy} (Service shop/payment is managed by Argo CD (shop): change it in its repository: spec.ports[port=80,protocol=TCP].targetPort from 9999 to 8080)`,
  },
  {
    name: "an object of Flux",
    objects: shopWith({ labels: { app: "payment", "kustomize.toolkit.fluxcd.io/name": "shop" } }),
    reason: `nothing that is allowed is left to try: ${remedy} (Service shop/payment is managed by Flux (shop): change it in its repository: spec.ports[port=80,protocol=TCP].targetPort from 9999 to 8080)`,
  },
  {
    name: "replicas that a HorizontalPodAutoscaler sets",
    objects: [
      ...shop,
      {
        apiVersion: "autoscaling/v2",
        kind: "HorizontalPodAutoscaler",
        metadata: { name: "payment", namespace: "shop" },
        spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "payment" }, minReplicas: 2, maxReplicas: 5 },
      },
    ],
    fault: ({ cluster }) => void cluster.edit(paymentPods, [{ op: "replace", path: "/spec/replicas", value: 0 }], "somebody"),
    reason:
      "nothing that is allowed is left to try: Scale Deployment shop/payment back to 2 replicas, as many as before (Deployment shop/payment is scaled by HorizontalPodAutoscaler payment: change its limits there)",
  },
];

describe("what Stratus keeps its hands off", () => {
  test.each(cases)(
    "$name: not one write, and the reason with the change that would help",
    async ({ environment, objects, prepare, fault, reason }) => {
      const world = createWorld({
        ...(environment === undefined ? {} : { environment }),
        ...(objects === undefined ? {} : { objects }),
      });
      prepare?.(world);
      await world.run(20);
      (fault ?? breakTargetPort)(world);
      const broken = landscape(world);
      expect(await runToTheEnd(world)).toBe(true);
      const incidents = await world.incidents();
      expect(outcomes(incidents)).toEqual(["no_action"]);
      expect(incidents[0]?.["outcomeReason"]).toBe(reason);
      expect(sentWrites(world)).toEqual([]);
      expect(story(incidents[0]).filter((line) => line.startsWith("Attempt")).length).toBe(reason.startsWith("no remedy") ? 2 : 0);
      expect(landscape(world)).toEqual(broken);
      expect(await scopeHolders(world)).toEqual([]);
    },
  );
});
