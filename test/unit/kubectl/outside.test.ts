/** Whatever a line says: what is outside the policy's list, the policy refuses, field by field. The list here is a second one, by hand. */
import { describe, expect, test } from "vitest";
import type { Action } from "../../../src/action/action.ts";
import { compileAction } from "../../../src/action/catalogue.ts";
import { changesBetween, describePath } from "../../../src/action/change.ts";
import type { Change } from "../../../src/action/change.ts";
import { defaultPolicy, whyNotField, whyNotKind, whyNotManifest } from "../../../src/action/policy.ts";
import { parseKubectl } from "../../../src/kubectl/kubectl.ts";
import { applyPatch, isJsonObject } from "../../../src/kubernetes/json.ts";
import type { Json, JsonObject } from "../../../src/kubernetes/json.ts";
import { asObject } from "../../../src/kubernetes/object.ts";
import { makers } from "../../kubectl/objects.ts";
import type { Made } from "../../kubectl/objects.ts";
import { createDice } from "../../support/dice.ts";
import type { Dice } from "../../support/dice.ts";
import { mutated } from "./mutate.ts";

const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);
/** Of a pod template at `pod`. */
function inTemplate(pod: string): readonly string[] {
  return [
    String.raw`${pod}\.containers\[name=[^\]]+\]\.(image|envFrom)`,
    String.raw`${pod}\.containers\[name=[^\]]+\]\.(command|args|env|resources|readinessProbe|livenessProbe|startupProbe)\b.*`,
    String.raw`${pod}\.initContainers\b.*`,
    String.raw`${pod}\.volumes\[name=[^\]]+\]\.configMap\.name`,
    String.raw`${pod}\.(nodeSelector|affinity|tolerations|topologySpreadConstraints|dnsConfig)\b.*`,
    String.raw`${pod}\.(priorityClassName|dnsPolicy)`,
  ];
}
const workload = inTemplate(String.raw`spec\.template\.spec`);

/** By kind: what `patch`, `merge`, `apply` and `set` may change. */
const byField: Readonly<Record<string, readonly string[]>> = {
  Deployment: [...workload, String.raw`spec\.strategy\b.*`, String.raw`spec\.paused`],
  StatefulSet: [...workload, String.raw`spec\.updateStrategy\b.*`],
  DaemonSet: [...workload, String.raw`spec\.updateStrategy\b.*`],
  CronJob: inTemplate(String.raw`spec\.jobTemplate\.spec\.template\.spec`),
  ConfigMap: [String.raw`data(\..+)?`],
  Service: [String.raw`spec\.selector\b.*`, String.raw`spec\.ports\[[^\]]+\]\.targetPort`],
  Ingress: [String.raw`spec\.(rules|defaultBackend|ingressClassName)\b.*`],
  NetworkPolicy: [String.raw`spec\b.*`],
  ResourceQuota: [String.raw`spec\.hard\b.*`],
  LimitRange: [String.raw`spec\.limits\b.*`],
  PodDisruptionBudget: [String.raw`spec\.(minAvailable|maxUnavailable)`],
};
const wholeContainer = /\.(?:c|initC)ontainers\[[^\]]*\]$/;
/** By type: what the other actions are for. */
const byType: Readonly<Record<string, readonly string[]>> = {
  scale: [String.raw`spec\.replicas`],
  rollback: [String.raw`spec\.template\b.*`],
  restart: [String.raw`spec\.template\.metadata(\.annotations(\.kubectl\.kubernetes\.io/restartedAt)?)?`],
  cordon: [String.raw`spec\.unschedulable`],
  uncordon: [String.raw`spec\.unschedulable`],
  untaint: [String.raw`spec\.taints\b.*`],
  "hpa-limits": [String.raw`spec\.(minReplicas|maxReplicas)`],
  suspend: [String.raw`spec\.suspend`],
};
const made = [
  "ConfigMap",
  "HorizontalPodAutoscaler",
  "Ingress",
  "LimitRange",
  "NetworkPolicy",
  "PodDisruptionBudget",
  "ResourceQuota",
  "Service",
];
const removed = ["HorizontalPodAutoscaler", "LimitRange", "NetworkPolicy", "PodDisruptionBudget", "ResourceQuota"];
const powerful = /"(secretKeyRef|secretRef|exec|hostPath|securityContext|serviceAccountName|hostNetwork|csi|projected)":(?!null|\{\})/;

/** Undefined when this change is on the list. A container may be taken away, and none comes. */
function whyOutside({ type, target }: Action, { path, before, after }: Change): string | undefined {
  const place = describePath(path);
  if (wholeContainer.test(place) && byType[type] === undefined) return before === null ? place : undefined;
  const patterns = byType[type] ?? byField[target.kind] ?? [];
  if (!patterns.some((pattern) => new RegExp(`^${pattern}$`, "s").test(place))) return place;
  const last = path.at(-1);
  const text = JSON.stringify({ [typeof last === "string" ? last : ""]: after?.value ?? null });
  return target.kind !== "ConfigMap" && powerful.test(text) ? `${place} with ${text}` : undefined;
}

const objectsByKind = new Map(
  (Object.keys(makers) as Made[])
    .filter((each) => !["plain", "scaled", "dns", "immutable", "empty", "cordoned"].includes(each))
    .map((each) => [(makers[each]({ name: "x", namespace: "shop" }) as unknown as { kind: string }).kind, each]),
);

function objectFor({ kind, namespace = "", name }: Action["target"]): JsonObject | undefined {
  const make = objectsByKind.get(kind);
  if (make === undefined) return undefined;
  const object: JsonObject = makers[make]({ name, namespace });
  return { ...object, metadata: { ...(object["metadata"] as JsonObject), uid: "u", resourceVersion: "1" } };
}

const fields = [
  "metadata",
  "labels",
  "annotations",
  "finalizers",
  "ownerReferences",
  "name",
  "namespace",
  "spec",
  "replicas",
  "template",
  "containers",
  "initContainers",
  "image",
  "env",
  "value",
  "valueFrom",
  "secretKeyRef",
  "resources",
  "limits",
  "requests",
  "cpu",
  "command",
  "args",
  "securityContext",
  "privileged",
  "serviceAccountName",
  "hostNetwork",
  "volumes",
  "hostPath",
  "volumeMounts",
  "mountPath",
  "readinessProbe",
  "exec",
  "nodeSelector",
  "selector",
  "ports",
  "port",
  "targetPort",
  "nodePort",
  "type",
  "externalIPs",
  "clusterIP",
  "data",
  "immutable",
  "hard",
  "minAvailable",
  "maxReplicas",
  "suspend",
  "schedule",
  "unschedulable",
  "taints",
  "status",
  "rules",
  "$patch",
  "$retainKeys",
  "$setElementOrder/containers",
  "stratus.dev/fence",
  "kind",
  "apiVersion",
  "strategy",
  "paused",
  "__proto__",
  "constructor",
];
const kindNames = ["deploy", "sts", "ds", "svc", "cm", "hpa", "quota", "limits", "netpol", "pdb", "ing", "cj", "node", "po", "rs"];

function document(dice: Dice, depth: number): Json {
  if (depth === 0 || dice.once(6)) return dice.pick<Json>(["x", 1, true, null, {}, [], "delete", "replace", "app"]);
  if (dice.once(5)) return [document(dice, depth - 1), ...(dice.once(2) ? [document(dice, depth - 1)] : [])];
  return Object.fromEntries(Array.from({ length: 1 + dice.roll(3) }, () => [dice.pick(fields), document(dice, depth - 1)]));
}

/** Into the places that a policy is about, and just beside them. */
function aimed(dice: Dice): JsonObject {
  const inside = (): JsonObject => ({ name: dice.pick(["app", "sidecar", "other"]), [dice.pick(fields)]: document(dice, 3) });
  return dice.pick<() => JsonObject>([
    () => ({ spec: { template: { spec: { containers: [inside()] } } } }),
    () => ({ spec: { template: { spec: { [dice.pick(fields)]: document(dice, 3) } } } }),
    () => ({ spec: { [dice.pick(fields)]: document(dice, 3) } }),
    () => ({ metadata: { [dice.pick(fields)]: document(dice, 2) } }),
    () => ({ data: { a: dice.pick(["2", "x"]) }, ...(dice.once(3) ? { immutable: true } : {}) }),
    () => ({ spec: { selector: { app: "y" }, ports: [{ port: 80, targetPort: 1 }] } }),
  ])();
}

const pointers = ["/spec/template/spec/containers/0", "/spec/template/spec", "/spec/ports/0", "/spec", "/metadata", "/data", ""];

function patchLine(dice: Dice): string {
  const type = dice.pick(["merge", "strategic", "json"]);
  const patch =
    type === "json"
      ? Array.from({ length: 1 + dice.roll(2) }, () => ({
          op: dice.pick(["add", "replace", "remove"]),
          path: `${dice.pick(pointers)}/${dice.pick(fields).replaceAll("/", "~1")}`,
          value: document(dice, 2),
        })).map(({ op, path, value }) => (op === "remove" ? { op, path } : { op, path, value }))
      : dice.once(3)
        ? document(dice, 5)
        : aimed(dice);
  return `kubectl -n shop patch ${dice.pick(kindNames)}/web --type=${type} -p '${JSON.stringify(patch)}'`;
}

function applyLine(dice: Dice): string {
  const kind = dice.pick([...objectsByKind.keys()]);
  const object = objectFor({ kind, namespace: "shop", name: "web" }) as JsonObject;
  const { uid: _uid, resourceVersion: _version, ...metadata } = object["metadata"] as JsonObject;
  const wanted = { ...object, metadata, ...(dice.once(2) ? {} : aimed(dice)), apiVersion: object["apiVersion"], kind };
  const verb = dice.pick(["apply", "create"]);
  return `printf %s '${JSON.stringify({ ...wanted, metadata })}' | kubectl -n shop ${verb} -f -`;
}

describe("ten thousand lines that are understood", () => {
  test("change nothing outside the list", { timeout: 300_000 }, () => {
    const dice = createDice(3);
    const seen = { lines: 0, let: 0, refused: 0 };
    while (seen.lines < 10_000) {
      const line = dice.pick([patchLine, patchLine, patchLine, applyLine, applyLine, mutated])(dice);
      const parsed = parseKubectl(line);
      if (!parsed.ok) continue;
      seen.lines += 1;
      const refused = judge(parsed.value, line);
      seen[refused ? "refused" : "let"] += 1;
    }
    expect(seen.let).toBeGreaterThan(1_000);
    expect(seen.refused).toBeGreaterThan(4_000);
  });
});

/** Whether the policy, or the action itself, refuses; fails when what is let through is not on the list above. */
function judge(action: Action, line: string): boolean {
  if (whyNotKind(defaultPolicy, action) !== undefined) return true;
  const object = objectFor(action.target);
  if (object === undefined && action.type !== "create") return true;
  const compiled = compileAction(action, { object: asObject(object ?? {}), related: [], nowMs });
  if (!compiled.ok) return true;
  const write = compiled.value;
  switch (write.kind) {
    case "create":
      if (whyNotManifest(action.target, write.object) !== undefined) return true;
      expect(made, line).toContain(action.target.kind);
      expect(JSON.stringify({ ...write.object, data: null, metadata: null }), line).not.toMatch(powerful);
      return false;
    case "delete":
      expect(removed, line).toContain(action.target.kind);
      return false;
    case "evict":
      expect(action.target.kind, line).toBe("Pod");
      return false;
    default: {
      const after = applyPatch(object ?? {}, write.operations);
      if (!after.ok || !isJsonObject(after.value)) return true;
      const changes = changesBetween(object ?? {}, after.value);
      const refused = changes.filter((change) => whyNotField(defaultPolicy, action, change) !== undefined);
      const outside = changes.filter((change) => whyOutside(action, change) !== undefined);
      const slipped = outside.filter((change) => !refused.includes(change)).map((change) => whyOutside(action, change));
      expect(slipped, line).toEqual([]);
      return refused.length > 0;
    }
  }
}
