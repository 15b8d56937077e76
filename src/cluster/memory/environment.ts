/**
 * The variables and mounts of a container as the kubelet resolves them when it starts, and the kubelet's own words when
 * something is missing. Source: Kubernetes `pkg/kubelet/kubelet_pods.go`, `pkg/volume/configmap`.
 */
import type { Container, KubernetesObject, Pod } from "../../kubernetes/object.ts";
import type { World } from "./world.ts";

interface KeyRef {
  readonly name: string;
  readonly key: string;
  readonly optional?: boolean;
}

interface MapRef {
  readonly name: string;
  readonly optional?: boolean;
}

interface EnvSource {
  readonly prefix?: string;
  readonly configMapRef?: MapRef;
  readonly secretRef?: MapRef;
}

interface VolumeSource extends Partial<MapRef> {
  readonly secretName?: string;
  readonly items?: readonly { readonly key: string }[];
}

interface Volume {
  readonly name: string;
  readonly configMap?: VolumeSource;
  readonly secret?: VolumeSource;
}

export type Environment =
  | { readonly ok: true; readonly variables: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly message: string };

type DataKind = "ConfigMap" | "Secret";

interface WithData extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
}

export function environmentOf(world: World, pod: Pod, container: Container): Environment {
  const namespace = pod.metadata.namespace ?? "default";
  const variables: Record<string, string> = {};
  const read = (kind: DataKind, name: string): WithData | undefined => world.store.get({ kind, namespace, name });

  for (const source of (container.envFrom ?? []) as readonly EnvSource[])
    for (const [kind, ref] of [["ConfigMap", source.configMapRef] as const, ["Secret", source.secretRef] as const]) {
      if (ref === undefined) continue;
      const found = read(kind, ref.name);
      if (found === undefined && ref.optional !== true) return { ok: false, message: notFound(kind, ref.name) };
      for (const [key, value] of Object.entries(found?.data ?? {})) variables[`${source.prefix ?? ""}${key}`] = value;
    }
  for (const env of container.env ?? []) {
    if (env.value !== undefined) variables[env.name] = env.value;
    for (const [kind, ref] of [["ConfigMap", env.valueFrom?.configMapKeyRef] as const, ["Secret", env.valueFrom?.secretKeyRef] as const]) {
      if (ref === undefined) continue;
      const value = valueOf(read(kind, ref.name), kind, ref, namespace);
      if (!value.ok) return value;
      if (value.text !== undefined) variables[env.name] = value.text;
    }
  }
  return { ok: true, variables };
}

type Value = { readonly ok: true; readonly text: string | undefined } | { readonly ok: false; readonly message: string };

function valueOf(found: WithData | undefined, kind: DataKind, ref: KeyRef, namespace: string): Value {
  const text = found?.data?.[ref.key];
  if (text !== undefined || ref.optional === true) return { ok: true, text };
  if (found === undefined) return { ok: false, message: notFound(kind, ref.name) };
  return { ok: false, message: `couldn't find key ${ref.key} in ${kind} ${namespace}/${ref.name}` };
}

function notFound(kind: DataKind, name: string): string {
  return `${kind.toLowerCase()} "${name}" not found`;
}

/** Why the pod's volumes cannot be mounted, or undefined when they can. Containers wait in ContainerCreating until then. */
export function mountFault(world: World, pod: Pod): string | undefined {
  const namespace = pod.metadata.namespace ?? "default";
  for (const volume of (pod.spec.volumes ?? []) as readonly Volume[]) {
    const sources = [
      ["ConfigMap", volume.configMap, volume.configMap?.name] as const,
      ["Secret", volume.secret, volume.secret?.secretName] as const,
    ];
    for (const [kind, source, name] of sources) {
      if (source === undefined || name === undefined || source.optional === true) continue;
      const found: WithData | undefined = world.store.get({ kind, namespace, name });
      const setUp = `MountVolume.SetUp failed for volume "${volume.name}" : `;
      if (found === undefined) return setUp + notFound(kind, name);
      const missing = (source.items ?? []).find((item) => found.data?.[item.key] === undefined);
      if (missing !== undefined) return `${setUp}${kind.toLowerCase()} references non-existent config key: ${missing.key}`;
    }
  }
  return undefined;
}
