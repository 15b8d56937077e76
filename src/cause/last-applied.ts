/**
 * PURE. What `kubectl apply` was last given for an object: it keeps the manifest in an annotation, which a later patch,
 * edit or scale does not touch (kubernetes.io, Declarative Management of Kubernetes Objects). Server-side apply and Helm
 * leave none. Not the live state, and read as an earlier one only.
 */
import type { Json } from "../kubernetes/json.ts";
import { isJsonObject, valueAt } from "../kubernetes/json.ts";
import type { KubernetesObject } from "../kubernetes/object.ts";

/** All annotations of an object together hold at most 256 KiB (kubernetes apimachinery, TotalAnnotationSizeLimitB). */
const charactersMax = 262_144;

/** Undefined when there is none, it is not JSON, or it is of another object. */
export function lastApplied(object: KubernetesObject): Json | undefined {
  const text = object.metadata.annotations?.["kubectl.kubernetes.io/last-applied-configuration"];
  if (text === undefined || text.length > charactersMax) return undefined;
  try {
    const manifest = JSON.parse(text) as Json;
    const same = valueAt(manifest, "/kind") === object.kind && valueAt(manifest, "/metadata/name") === object.metadata.name;
    return same && isJsonObject(manifest) ? manifest : undefined;
  } catch {
    return undefined;
  }
}
