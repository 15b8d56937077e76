/**
 * PURE. The policy of the cases: wider than the default, as a configuration may make it, so that every kind of field, list
 * and map is written. What a policy forbids is tested elsewhere.
 */
import { defaultPolicy } from "../../src/action/policy.ts";
import type { Policy } from "../../src/action/policy.ts";
import { defaultWritable } from "../../src/action/writable.ts";
import type { Writable, WritableKind } from "../../src/action/writable.ts";
import { customKinds } from "./kinds.ts";

const metadata = ["/metadata/labels/**", "/metadata/annotations/**"];

const template = [
  "/spec/template/metadata/annotations/**",
  "/spec/template/spec/containers/*/ports/**",
  "/spec/template/spec/containers/*/volumeMounts/**",
  "/spec/template/spec/volumes/**",
  "/spec/template/spec/tolerations/**",
  "/spec/template/spec/topologySpreadConstraints/**",
];

function wider(kind: string, ...paths: readonly string[]): WritableKind {
  const usual = defaultWritable[kind] ?? { paths: [], create: true, delete: true };
  return { paths: [...usual.paths, ...metadata, ...paths], create: usual.create, delete: usual.delete };
}

const writable: Writable = {
  ...defaultWritable,
  Deployment: wider("Deployment", ...template, "/spec/strategy/**", "/spec/minReadySeconds", "/spec/replicas"),
  StatefulSet: wider("StatefulSet", ...template, "/spec/updateStrategy/**"),
  DaemonSet: wider("DaemonSet", ...template, "/spec/updateStrategy/**"),
  CronJob: wider("CronJob", "/spec/schedule", "/spec/startingDeadlineSeconds"),
  ConfigMap: { ...wider("ConfigMap", "/data/**", "/binaryData/**"), delete: true },
  Service: { ...wider("Service", "/spec/ports/**", "/spec/sessionAffinity", "/spec/sessionAffinityConfig/**"), delete: true },
  Ingress: { ...wider("Ingress"), delete: true },
  HorizontalPodAutoscaler: wider("HorizontalPodAutoscaler", "/spec/metrics/**", "/spec/behavior/**"),
  ValidatingWebhookConfiguration: {
    paths: ["/webhooks/**"],
    create: false,
    delete: false,
  },
  Widget: wider("Widget", "/spec/**"),
};

export const widePolicy: Policy = {
  ...defaultPolicy,
  defaultMode: "auto",
  clusterScopedMode: "auto",
  writable,
  customKinds,
};
