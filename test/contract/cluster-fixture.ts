/** The objects that the cluster's contract works with, and how a clause reads and writes them. No expectation lives here. */
import { onTestFinished } from "vitest";
import type { ClusterPort } from "../../src/cluster/cluster.ts";
import type { Json, JsonObject, PatchOperation } from "../../src/kubernetes/json.ts";
import { valueAt } from "../../src/kubernetes/json.ts";
import { asJson } from "../../src/kubernetes/object.ts";
import type { KubernetesObject, ObjectRef } from "../../src/kubernetes/object.ts";

export interface ClusterUnderTest {
  readonly cluster: ClusterPort;
  /** Exists, and nobody else works in it. */
  readonly namespace: string;
  create(object: JsonObject): Promise<void>;
  remove(ref: ObjectRef): Promise<void>;
  /** Lets this much of the cluster's time pass. */
  wait(durationMs: number): Promise<void>;
}

export type Make = () => Promise<ClusterUnderTest>;

/** Creates the object and has it removed when the test is over. */
export async function made(under: ClusterUnderTest, object: JsonObject): Promise<ObjectRef> {
  const { kind, metadata } = object as { kind: string; metadata: { name: string } };
  const ref = { kind, namespace: under.namespace, name: metadata.name };
  await under.create(object);
  onTestFinished(() => under.remove(ref));
  return ref;
}

export function configMap(under: ClusterUnderTest, name: string, data: Record<string, string>): JsonObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: under.namespace }, data };
}

export function service(under: ClusterUnderTest, name: string): JsonObject {
  const metadata = { name, namespace: under.namespace };
  return { apiVersion: "v1", kind: "Service", metadata, spec: { selector: { app: name }, ports: [{ port: 80 }] } };
}

/** Without replicas, so that neither images nor nodes matter. */
export function deployment(under: ClusterUnderTest, name: string): JsonObject {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: under.namespace },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: "app", image: "registry.example/app:1", ports: [{ containerPort: 8080 }] }] },
      },
    },
  };
}

export async function read(under: ClusterUnderTest, ref: ObjectRef): Promise<KubernetesObject> {
  const result = await under.cluster.get(ref);
  if (!result.ok || result.value === undefined) throw new Error(`${ref.name} cannot be read: ${JSON.stringify(result)}`);
  return result.value;
}

/** After the controllers have seen the object as it is and stopped writing to it. */
export async function readAtRest(under: ClusterUnderTest, ref: ObjectRef): Promise<KubernetesObject> {
  for (let tries = 0; tries < 60; tries += 1) {
    const before = await read(under, ref);
    await under.wait(500);
    const after = await read(under, ref);
    const observed = valueAt(asJson(after), "/status/observedGeneration");
    const seen = observed === undefined ? ref.kind !== "Deployment" : observed === after.metadata.generation;
    if (seen && before.metadata.resourceVersion === after.metadata.resourceVersion) return after;
  }
  throw new Error(`${ref.name} does not come to rest`);
}

export function patched(under: ClusterUnderTest, ref: ObjectRef, operations: readonly PatchOperation[], dryRun = false) {
  return under.cluster.patch(ref, operations, { dryRun });
}

export async function stored(under: ClusterUnderTest, ref: ObjectRef, operations: readonly PatchOperation[]): Promise<KubernetesObject> {
  const result = await patched(under, ref, operations);
  if (!result.ok) throw new Error(`the patch of ${ref.name} failed: ${JSON.stringify(result.failure)}`);
  return result.value;
}

export function valueIn(object: KubernetesObject | undefined, path: string): Json | undefined {
  return object === undefined ? undefined : valueAt(asJson(object), path);
}
