/**
 * PURE. How strategic merge patches, and `kubectl apply`, treat each field. Source: the `patchStrategy` and `patchMergeKey`
 * tags of k8s.io/api 0.34; the API server publishes the same in its OpenAPI document, and a test compares. These keys
 * decide what a patch means; how an entry is found again for an undo is merge-key.ts's business, and the stricter one.
 */
import { isKind } from "../kubernetes/kind.ts";

export interface PatchStrategy {
  /**
   * `keyed`: entries of the list are merged by `key`. `set`: values are added to the list. `replace`: a map that is not
   * merged. `plain`: maps are merged, lists replaced.
   */
  readonly how: "keyed" | "set" | "replace" | "plain";
  readonly key: string;
  /** Fields that a manifest does not name go, though nobody applied them. */
  readonly retainKeys: boolean;
}

const plain: PatchStrategy = { how: "plain", key: "", retainKeys: false };
const set: PatchStrategy = { how: "set", key: "", retainKeys: false };
const replace: PatchStrategy = { how: "replace", key: "", retainKeys: false };
const retain: PatchStrategy = { how: "plain", key: "", retainKeys: true };
const by = (key: string, retainKeys = false): PatchStrategy => ({ how: "keyed", key, retainKeys });

type Fields = Readonly<Record<string, PatchStrategy>>;

function under(place: string, fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([field, strategy]) => [`${place}/${field}`, strategy]));
}

const metadata: Fields = { finalizers: set, ownerReferences: by("uid") };

const container: Fields = {
  env: by("name"),
  // One key: the server-side list map has two, `containerPort` and `protocol`.
  ports: by("containerPort"),
  volumeDevices: by("devicePath"),
  volumeMounts: by("mountPath"),
};

const podSpec: Fields = {
  containers: by("name"),
  ...under("containers", container),
  initContainers: by("name"),
  ...under("initContainers", container),
  ephemeralContainers: by("name"),
  ...under("ephemeralContainers", container),
  hostAliases: by("ip"),
  imagePullSecrets: by("name"),
  resourceClaims: by("name", true),
  schedulingGates: by("name"),
  topologySpreadConstraints: by("topologyKey"),
  volumes: by("name", true),
  ...under("volumes/ephemeral/volumeClaimTemplate/metadata", metadata),
};

const template: Fields = { ...under("metadata", metadata), ...under("spec", podSpec) };
const jobTemplate: Fields = { ...under("metadata", metadata), ...under("spec/template", template) };
const webhooks: Fields = { webhooks: by("name"), "webhooks/matchConditions": by("name") };

/** Of the spec; a kind that is not here has no other than those of its metadata. */
const byKind: Readonly<Record<string, Fields>> = {
  CronJob: under("spec/jobTemplate", jobTemplate),
  DaemonSet: under("spec/template", template),
  Deployment: { "spec/strategy": retain, ...under("spec/template", template) },
  Job: under("spec/template", template),
  MutatingWebhookConfiguration: webhooks,
  Node: { "spec/podCIDRs": set },
  Pod: under("spec", podSpec),
  PodDisruptionBudget: { "spec/selector": replace },
  ReplicaSet: under("spec/template", template),
  Service: { "spec/ports": by("port") },
  StatefulSet: {
    ...under("spec/template", template),
    ...under("spec/volumeClaimTemplates/metadata", metadata),
    "spec/volumeClaimTemplates/status/conditions": by("type"),
  },
  ValidatingWebhookConfiguration: webhooks,
};

/** Of one kind, by the map keys on the way, joined by `/`; list entries left out. */
export function strategiesOf(kind: string): Fields {
  return { ...under("metadata", metadata), ...(Object.hasOwn(byKind, kind) ? byKind[kind] : {}) };
}

/** The API server merges custom resources by JSON merge patch alone. Source: strategicpatch.StrategicMergeMapPatch. */
export function hasStrategies(kind: string): boolean {
  return isKind(kind);
}

export function strategyAt(fields: Fields, path: readonly string[]): PatchStrategy {
  const place = path.join("/");
  return (Object.hasOwn(fields, place) ? fields[place] : undefined) ?? plain;
}
