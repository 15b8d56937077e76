/**
 * PURE. The fields that `patch` may change, by kind. Short on purpose: what is not here cannot be written, whatever a
 * model, an alert or an annotation says. No names, labels, ownership, security context, service account or host access.
 */
import type { Target } from "./action.ts";

const podTemplate = [
  "/spec/template/spec/containers/*/image",
  "/spec/template/spec/containers/*/command/**",
  "/spec/template/spec/containers/*/args/**",
  "/spec/template/spec/containers/*/env/**",
  "/spec/template/spec/containers/*/resources/**",
  "/spec/template/spec/containers/*/readinessProbe/**",
  "/spec/template/spec/containers/*/livenessProbe/**",
  "/spec/template/spec/containers/*/startupProbe/**",
  "/spec/template/spec/nodeSelector/**",
];

export const writablePaths: Readonly<Record<Target["kind"], readonly string[]>> = {
  Deployment: podTemplate,
  StatefulSet: podTemplate,
  DaemonSet: podTemplate,
  Service: ["/spec/selector/**", "/spec/ports/*/targetPort"],
  ConfigMap: ["/data/*"],
};
