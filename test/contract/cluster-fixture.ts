/** The objects that the cluster's contract works with, and how a clause reads and writes them. No expectation lives here. */
import { onTestFinished } from "vitest";
import type { ClusterPort } from "../../src/cluster/cluster.ts";
import type { Json, JsonObject, PatchOperation } from "../../src/kubernetes/json.ts";
import { valueAt } from "../../src/kubernetes/json.ts";
import { asJson, asObject, refOf } from "../../src/kubernetes/object.ts";
import type { KubernetesObject, ObjectRef } from "../../src/kubernetes/object.ts";

export interface ClusterUnderTest {
  readonly cluster: ClusterPort;
  /** Exists, and nobody else works in it. */
  readonly namespace: string;
  create(object: JsonObject): Promise<void>;
  /** Of what is not there any more: nothing. */
  remove(ref: ObjectRef): Promise<void>;
  /** Creates a pod and has it running and ready, as far as anybody can tell from the API. */
  run(pod: JsonObject): Promise<void>;
  /** Lets this much of the cluster's time pass. */
  wait(durationMs: number): Promise<void>;
}

export type Make = () => Promise<ClusterUnderTest>;

export interface Makes {
  /** The cluster's port may do everything. */
  readonly administrator: Make;
  /** The cluster's port may read everything, and beyond that evict pods and nothing else. */
  readonly guest: Make;
  /** The cluster's port may do nothing. */
  readonly stranger: Make;
}

/** Creates the object and has it removed when the test is over. */
export async function made(under: ClusterUnderTest, object: JsonObject): Promise<ObjectRef> {
  const ref = refOf(asObject(object));
  await under.create(object);
  forgotten(under, ref);
  return ref;
}

/** Has whatever is there by this name removed when the test is over. */
export function forgotten(under: ClusterUnderTest, ref: ObjectRef): void {
  onTestFinished(() => under.remove(ref));
}

/** A pod that runs and is ready, labelled with its own name. */
export async function running(under: ClusterUnderTest, name: string): Promise<ObjectRef> {
  const metadata = { name, namespace: under.namespace, labels: { app: name } };
  const containers = [{ name: "app", image: "registry.example/app:1" }];
  const pod = { apiVersion: "v1", kind: "Pod", metadata, spec: { automountServiceAccountToken: false, containers } };
  await under.run(pod);
  const ref = refOf(asObject(pod));
  forgotten(under, ref);
  return ref;
}

/** What must stay of the pods of this name. Resolves when its controller has seen it. */
export async function budget(under: ClusterUnderTest, name: string, app: string, minAvailable: number): Promise<ObjectRef> {
  const metadata = { name, namespace: under.namespace };
  const spec = { minAvailable, selector: { matchLabels: { app } } };
  const ref = await made(under, { apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata, spec });
  await until(under, `${name} counts its pods`, async () => valueIn(await read(under, ref), "/status/expectedPods") === 1);
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

/** Lets time pass until it holds; a minute at most. */
export async function until(under: ClusterUnderTest, what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 120; tries += 1) {
    if (await holds()) return;
    await under.wait(500);
  }
  throw new Error(`${what}: not within a minute`);
}

/** As a caller of the port names it: what it must still be. */
export async function asRead(under: ClusterUnderTest, ref: ObjectRef): Promise<{ uid: string; resourceVersion: string }> {
  const { uid, resourceVersion } = (await read(under, ref)).metadata;
  return { uid, resourceVersion };
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
