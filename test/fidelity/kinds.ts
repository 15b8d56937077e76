/** Kinds besides those that Stratus knows by itself: a custom resource that the policy names, and what only a case's setting needs. */
import type { CustomKinds } from "../../src/kubernetes/kind.ts";

/** Named by the policy of the cases, as a configuration would. */
export const customKinds: CustomKinds = {
  Widget: { apiVersion: "fidelity.test/v1", plural: "widgets", namespaced: true },
};

export const otherKinds: CustomKinds = {
  ...customKinds,
  CustomResourceDefinition: { apiVersion: "apiextensions.k8s.io/v1", plural: "customresourcedefinitions", namespaced: false },
  Lease: { apiVersion: "coordination.k8s.io/v1", plural: "leases", namespaced: true },
};

/** A field has a default, and the quantity is a string that no server canonicalises. */
export const widgetDefinition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "widgets.fidelity.test" },
  spec: {
    group: "fidelity.test",
    scope: "Namespaced",
    names: { plural: "widgets", singular: "widget", kind: "Widget" },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: "object",
            properties: {
              spec: {
                type: "object",
                properties: {
                  size: { type: "integer", default: 3 },
                  cpu: { type: "string" },
                  colours: { type: "array", items: { type: "string" } },
                  options: { type: "object", additionalProperties: { type: "string" } },
                },
              },
            },
          },
        },
      },
    ],
  },
} as const;
