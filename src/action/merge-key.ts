/**
 * PURE. Which lists of the API are keyed, and by what. Source: `+listMapKey` and `patchMergeKey` markers of
 * k8s.io/api core/v1. A list that is not here is atomic: it changes, and is restored, as one value.
 */

const byParent: readonly { readonly list: string; readonly under?: string; readonly keys: readonly string[] }[] = [
  { list: "containers", keys: ["name"] },
  { list: "initContainers", keys: ["name"] },
  { list: "env", keys: ["name"] },
  { list: "volumes", keys: ["name"] },
  { list: "volumeMounts", keys: ["mountPath"] },
  { list: "volumeDevices", keys: ["devicePath"] },
  { list: "imagePullSecrets", keys: ["name"] },
  { list: "hostAliases", keys: ["ip"] },
  { list: "ports", under: "containers", keys: ["containerPort", "protocol"] },
  { list: "ports", under: "initContainers", keys: ["containerPort", "protocol"] },
  { list: "ports", under: "spec", keys: ["port", "protocol"] },
  // Atomic to the API, and written by several hands: the node controller adds and removes its own entries beside ours.
  { list: "taints", keys: ["key", "effect"] },
  { list: "webhooks", keys: ["name"] },
  { list: "topologySpreadConstraints", keys: ["topologyKey", "whenUnsatisfiable"] },
];

/** `fields`: the map keys on the way to the list, its own name last; list entries left out. */
export function mergeKeysOf(fields: readonly string[]): readonly string[] | undefined {
  const list = fields.at(-1);
  const parent = fields.at(-2);
  return byParent.find((rule) => rule.list === list && (rule.under === undefined || rule.under === parent))?.keys;
}
