/**
 * PURE. What an object has become since `kubectl apply` was last given its manifest, as far as the API's defaults do not
 * explain it: what the manifest says and the object does not, and what came to the object in places that the API server
 * never fills by itself. Replicas are left out: who scales need not apply.
 */
import { changesBetween } from "../action/change.ts";
import type { Change } from "../action/change.ts";
import { mergeKeysOf } from "../action/merge-key.ts";
import { isJsonArray, isJsonObject, jsonEqual } from "../kubernetes/json.ts";
import type { Json, JsonObject } from "../kubernetes/json.ts";
import type { KubernetesObject } from "../kubernetes/object.ts";
import { asJson } from "../kubernetes/object.ts";
import { lastApplied } from "./last-applied.ts";
import { sameAmount } from "./quantity.ts";

/** Empty when nothing was applied with kubectl, or nothing has changed since. From then (`before`) to now (`after`). */
export function driftOf(object: KubernetesObject): readonly Change[] {
  const manifest = lastApplied(object);
  const now = asJson(object);
  if (!isJsonObject(manifest)) return [];
  const wanted: Record<string, Json> = { ...now };
  for (const part of ["spec", "data"]) {
    const [applied, live] = [manifest[part], now[part]];
    if (isJsonObject(applied) || (applied === undefined && part === "spec" && isJsonObject(live)))
      wanted[part] = overlay(live, applied ?? {}, [part], object.kind);
  }
  return changesBetween(wanted, now).filter(({ path }) => path[0] === "spec" || path[0] === "data");
}

/** `path`: the map keys on the way, entries of lists left out. */
function overlay(live: Json | undefined, applied: Json, path: readonly string[], kind: string): Json {
  if (isJsonObject(applied) && (live === undefined || isJsonObject(live))) return overlayMap(live ?? {}, applied, path, kind);
  if (isJsonArray(applied) && isJsonArray(live)) return overlayList(live, applied, path, kind);
  return sameAmount(live, applied) && isAmount(path) ? (live ?? applied) : applied;
}

function overlayMap(live: JsonObject, applied: JsonObject, path: readonly string[], kind: string): JsonObject {
  const keys = [...new Set([...Object.keys(live), ...Object.keys(applied)])];
  const entries = keys.flatMap((key): [string, Json][] => {
    const here = [...path, key];
    const had = Object.hasOwn(applied, key) ? applied[key] : undefined;
    const has = Object.hasOwn(live, key) ? live[key] : undefined;
    if (here.join("/") === "spec/replicas") return has === undefined ? [] : [[key, has]];
    // `null` in a manifest means: as the server sets it.
    if (had !== undefined && had !== null) return [[key, overlay(has, had, here, kind)]];
    const otherwise = whenNotSaid(has, here, kind, live);
    return otherwise === undefined ? [] : [[key, otherwise]];
  });
  return Object.fromEntries(entries);
}

/** Entries in the order they have now; what came is dropped, what went comes back at the end. */
function overlayList(live: readonly Json[], applied: readonly Json[], path: readonly string[], kind: string): Json {
  const keys = mergeKeysOf(path);
  if (keys === undefined) return jsonEqual(live, applied) ? live : applied;
  const withDefaults = (entry: Json): Json =>
    isJsonObject(entry) && keys.includes("protocol") && entry["protocol"] === undefined ? { ...entry, protocol: "TCP" } : entry;
  const same = (left: Json, right: Json): boolean =>
    isJsonObject(left) && isJsonObject(right) && keys.every((key) => jsonEqual(left[key], right[key]));
  const wanted = applied.map(withDefaults);
  const kept = live.flatMap((entry) => {
    const found = wanted.find((candidate) => same(withDefaults(entry), candidate));
    return found === undefined ? [] : [overlay(entry, found, path, kind)];
  });
  const gone = wanted.filter((candidate) => !live.some((entry) => same(withDefaults(entry), candidate)));
  return [...kept, ...gone];
}

/** Parts of a pod template that are there only because somebody put them there. */
const neverDefaulted = new Set(
  (
    "nodeSelector affinity tolerations topologySpreadConstraints initContainers dnsConfig priorityClassName command args env envFrom " +
    "livenessProbe readinessProbe startupProbe lifecycle volumeMounts initialDelaySeconds limits paused workingDir minReadySeconds"
  ).split(" "),
);
const probes = ["livenessProbe", "readinessProbe", "startupProbe"];
/** Source: k8s.io/kubernetes pkg/apis/{core,apps,batch}/v1/defaults.go. */
const probeDefaults: JsonObject = { periodSeconds: 10, timeoutSeconds: 1, failureThreshold: 3 };
const defaults: Readonly<Record<string, JsonObject>> = {
  Deployment: { strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "25%", maxSurge: "25%" } } },
  StatefulSet: { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } } },
  DaemonSet: { updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } } },
};

/** What stood in a place that the manifest does not speak of, at the time when it was applied. */
function whenNotSaid(live: Json | undefined, path: readonly string[], kind: string, siblings: JsonObject): Json | undefined {
  const [key = "", parent = ""] = path.toReversed();
  const ofKind = Object.hasOwn(defaults, kind) ? defaults[kind]?.[key] : undefined;
  if (path.length === 2 && path[0] === "spec" && ofKind !== undefined) return live === undefined ? undefined : ofKind;
  if (probes.includes(parent) && probeDefaults[key] !== undefined) return live === undefined ? undefined : probeDefaults[key];
  if (key === "dnsPolicy") return live === undefined ? undefined : "ClusterFirst";
  if (parent === "limits" || (parent === "hard" && path.length === 3)) return undefined;
  // A request that nobody sets becomes the limit.
  if (parent === "requests" || key === "requests") return equalsLimits(live, siblings, key) ? live : undefined;
  if (parent === "nodeSelector" || (kind === "Service" && parent === "selector" && path.length === 3)) return undefined;
  if (key === "targetPort" && kind === "Service") return siblings["port"];
  return neverDefaulted.has(key) && path.length > 1 ? undefined : live;
}

function equalsLimits(live: Json | undefined, siblings: JsonObject, key: string): boolean {
  if (key !== "requests") return true;
  const limits = siblings["limits"];
  return isJsonObject(live) && isJsonObject(limits) && Object.entries(live).every(([name, value]) => sameAmount(value, limits[name]));
}

function isAmount(path: readonly string[]): boolean {
  return ["limits", "requests", "hard"].includes(path.at(-2) ?? "");
}
