// Rows for `apply -f -`: the manifest of an object, changed, against the object as it was made, with kubectl's record of the
// manifest it was made from, or without one.

import { applyPatch, isJsonObject } from "../../src/kubernetes/json.ts";
import type { JsonObject, PatchOperation } from "../../src/kubernetes/json.ts";
import { makers } from "./objects.ts";
import type { Made } from "./objects.ts";
import { both, ours } from "./rows.ts";
import type { Outcome, Row } from "./rows.ts";

const pod = "/spec/template/spec";
const app = `${pod}/containers/0`;

function manifestOf(on: Made, changes: readonly PatchOperation[]): JsonObject {
  const changed = applyPatch(makers[on]({ name: "NAME", namespace: "NS" }), changes);
  if (!changed.ok || !isJsonObject(changed.value)) throw new Error(`${on}: ${changed.ok ? "no object" : changed.reason}`);
  return changed.value;
}

function line(manifest: JsonObject): string {
  return `kubectl -n NS apply -f - <<'EOF'\n${JSON.stringify(manifest)}\nEOF`;
}

function change(on: Made, changes: readonly PatchOperation[], outcome?: Outcome, recorded = true): Row {
  return { on, line: line(manifestOf(on, changes)), recorded, ...(outcome === undefined ? {} : { outcome }) };
}

const nothing = (kind: string): Outcome => ours(`the manifest would change nothing on ${kind} NS/NAME`);

export const applyRows: readonly Row[] = [
  change("deployment", [{ op: "replace", path: `${app}/image`, value: "app:2" }]),
  change("deployment", [{ op: "replace", path: `${app}/image`, value: "app:2" }], undefined, false),
  change("deployment", [{ op: "remove", path: `${app}/env/1` }]),
  change("deployment", [{ op: "remove", path: `${app}/env/1` }], nothing("Deployment"), false),
  change("deployment", [{ op: "add", path: `${app}/env/0`, value: { name: "D", value: "4" } }]),
  change("deployment", [{ op: "replace", path: `${app}/env/1`, value: { name: "B", value: "2" } }]),
  change(
    "deployment",
    [{ op: "replace", path: `${app}/env/1`, value: { name: "B", value: "2" } }],
    both(
      'Deployment NS/NAME: Deployment.apps "NAME" is invalid: spec.template.spec.containers[0].env[1].valueFrom: Invalid value: "": may not be specified when `value` is not empty',
    ),
    false,
  ),
  change("deployment", [{ op: "remove", path: `${app}/env` }]),
  change("deployment", [{ op: "replace", path: `${app}/env`, value: [] }]),
  change("deployment", [{ op: "remove", path: `${app}/ports/1` }]),
  change("deployment", [{ op: "replace", path: `${app}/args`, value: ["only"] }]),
  change("deployment", [{ op: "remove", path: `${app}/readinessProbe` }]),
  change("deployment", [{ op: "add", path: `${app}/readinessProbe`, value: null as never }]),
  change("deployment", [
    { op: "remove", path: `${app}/resources/limits/memory` },
    { op: "add", path: `${app}/resources/limits/cpu`, value: "2000m" },
  ]),
  change("deployment", [{ op: "remove", path: `${pod}/containers/1` }]),
  change("deployment", [
    { op: "remove", path: `${pod}/containers/1` },
    { op: "add", path: `${pod}/containers/0`, value: { name: "other", image: "other:1" } },
  ]),
  change("deployment", [{ op: "add", path: `${pod}/containers/0`, value: { name: "first", image: "first:1" } }]),
  change("deployment", [{ op: "replace", path: `${pod}/volumes/0`, value: { name: "data", hostPath: { path: "/x" } } }]),
  change("deployment", [{ op: "replace", path: `${pod}/volumes/0`, value: { name: "data", hostPath: { path: "/x" } } }], undefined, false),
  change("deployment", [
    { op: "remove", path: `${pod}/volumes/0` },
    { op: "remove", path: `${app}/volumeMounts/0` },
  ]),
  change("deployment", [{ op: "add", path: "/spec/strategy", value: { type: "Recreate" } }]),
  change("deployment", [{ op: "remove", path: `${pod}/tolerations` }]),
  change("deployment", [{ op: "replace", path: `${pod}/nodeSelector`, value: { disk: "ssd" } }]),
  change("deployment", [{ op: "remove", path: `${pod}/imagePullSecrets/0` }]),
  change("deployment", [{ op: "remove", path: "/metadata/labels/tier" }]),
  change("deployment", [{ op: "remove", path: "/metadata/labels" }]),
  change("deployment", [{ op: "remove", path: "/metadata/annotations" }]),
  change("deployment", [{ op: "replace", path: "/metadata/annotations", value: { other: "x" } }]),
  change("deployment", [
    { op: "add", path: "/metadata/creationTimestamp", value: null },
    { op: "add", path: "/status", value: {} },
    { op: "replace", path: `${app}/image`, value: "app:2" },
  ]),
  change("deployment", [], nothing("Deployment")),
  change(
    "deployment",
    [{ op: "replace", path: "/spec/selector/matchLabels", value: { app: "other" } }],
    both('Deployment NS/NAME: Deployment.apps "NAME" is invalid: [spec.template.metadata.labels: Invalid value: {"app":"web"}…'),
  ),
  change(
    "deployment",
    [{ op: "add", path: "/spec/replica", value: 5 }],
    both('Deployment NS/NAME:  "" is invalid: patch: Invalid value: "{…'),
  ),
  change(
    "deployment",
    [{ op: "add", path: "/metadata/resourceVersion", value: "1" }],
    both("the manifest has a resourceVersion from an earlier reading: leave it out"),
  ),
  change("deployment", [{ op: "replace", path: "/metadata/name", value: "new-NAME" }], ours("the object does not exist")),
  change("service", [{ op: "replace", path: "/spec/ports/0/targetPort", value: 8080 }]),
  change("service", [{ op: "remove", path: "/spec/ports/1" }]),
  change("service", [{ op: "remove", path: "/spec/ports/1" }], nothing("Service"), false),
  change("service", [{ op: "add", path: "/spec/ports/0", value: { name: "new", port: 81 } }]),
  change("service", [{ op: "replace", path: "/spec/selector", value: { app: "web-v2" } }]),
  change(
    "dns",
    [{ op: "add", path: "/spec/ports/0/targetPort", value: 5353 }],
    ours("Service NS/NAME: spec.ports: several entries have port 53: they would be taken for each other"),
  ),
  change("configMap", [{ op: "replace", path: "/data", value: { a: "9", d: "4" } }]),
  change("configMap", [{ op: "replace", path: "/data", value: { a: "9", d: "4" } }], undefined, false),
  change("configMap", [{ op: "remove", path: "/data" }]),
  change("autoscaler", [
    { op: "replace", path: "/spec/maxReplicas", value: 8 },
    { op: "remove", path: "/spec/minReplicas" },
  ]),
  change("budget", [
    { op: "replace", path: "/spec/selector", value: { matchLabels: { app: "none" } } },
    { op: "replace", path: "/spec/minAvailable", value: 2 },
  ]),
  change("networkPolicy", [{ op: "add", path: "/spec/ingress/-", value: { from: [{ podSelector: {} }] } }]),
  change("ingress", [{ op: "replace", path: "/spec/rules/0/http/paths/0/backend/service/port/number", value: 81 }]),
  change("quota", [{ op: "replace", path: "/spec/hard", value: { pods: "200" } }]),
  change("limits", [{ op: "replace", path: "/spec/limits/0/default/cpu", value: "2" }]),
  change("cronJob", [
    { op: "replace", path: "/spec/suspend", value: false },
    { op: "replace", path: "/spec/jobTemplate/spec/template/spec/containers/0/image", value: "app:2" },
  ]),
];
