/**
 * Sends the probes to an in-memory cluster, through the port that Stratus uses: a merge patch as the action that Stratus
 * would carry out, compiled to the JSON Patch that is sent. Nothing acts between them, as when they were recorded.
 */
import { merge } from "../../src/action/merge.ts";
import { memoryCluster } from "../../src/cluster/memory/memory.ts";
import type { MemoryCluster } from "../../src/cluster/memory/memory.ts";
import type { Result } from "../../src/failure.ts";
import { isJsonObject } from "../../src/kubernetes/json.ts";
import type { Json, JsonObject, PatchOperation } from "../../src/kubernetes/json.ts";
import { kinds } from "../../src/kubernetes/kind.ts";
import type { Kind } from "../../src/kubernetes/kind.ts";
import { asJson } from "../../src/kubernetes/object.ts";
import type { KubernetesObject, ObjectRef } from "../../src/kubernetes/object.ts";
import { outcomeOf } from "./outcome.ts";
import type { Outcome, Said } from "./outcome.ts";
import { filled, namespaceOf, placeOf, targetOf } from "./probe.ts";
import type { Asked, Case, Manifest, Place, Probe } from "./probe.ts";

/** What a probe came to, or why Stratus would not send it at all. */
export type Replayed = { readonly outcome: Outcome } | { readonly unsent: string };

export async function replayCase(one: Case): Promise<readonly Replayed[]> {
  const namespace = namespaceOf(one);
  const clock = { nowMs: () => Date.parse("2026-03-01T09:00:00Z") };
  const cluster = memoryCluster({ clock, namespaces: [namespace], defaultNode: false, controllers: false });
  for (const object of one.objects) make(cluster, namespace, object);
  if (one.terminating === true) await removeNamespace(cluster, namespace);
  const replayed: Replayed[] = [];
  for (const probe of one.probes) replayed.push(await replay(cluster, refOf(namespace, targetOf(one, probe)), probe, namespace));
  return replayed;
}

async function removeNamespace(cluster: MemoryCluster, name: string): Promise<void> {
  const found = await read(cluster, { kind: "Namespace", name });
  if (found === undefined) throw new Error(`namespace ${name} is not there`);
  await cluster.remove({ kind: "Namespace", name }, found.metadata, { dryRun: false });
}

function make(cluster: MemoryCluster, namespace: string, object: Manifest): void {
  const { status, ...manifest } = within(namespace, object);
  const made = asJson(cluster.make(manifest));
  if (!isJsonObject(status)) return;
  const first = isJsonObject(made["status"]) ? made["status"] : {};
  const written = cluster.edit(refOf(namespace, placeOf(object)), [{ op: "add", path: "/status", value: { ...first, ...status } }]);
  if (!written.ok) throw new Error(JSON.stringify(written.failure));
}

function within(namespace: string, object: Manifest): JsonObject {
  return kinds[object.kind as Kind].namespaced ? { ...object, metadata: { namespace, ...object.metadata } } : object;
}

function refOf(namespace: string, { kind, name }: Place): ObjectRef {
  return kinds[kind as Kind].namespaced ? { kind, namespace, name } : { kind, name };
}

async function replay(cluster: MemoryCluster, ref: ObjectRef, { asked, dryRun }: Probe, namespace: string): Promise<Replayed> {
  const before = await read(cluster, ref);
  const sent = await send(cluster, ref, asked, dryRun, namespace, before);
  if ("unsent" in sent) return sent;
  return { outcome: outcomeOf(sent, jsonOf(before), jsonOf(await read(cluster, ref))) };
}

async function send(
  cluster: MemoryCluster,
  ref: ObjectRef,
  asked: Asked,
  dryRun: boolean,
  namespace: string,
  before: KubernetesObject | undefined,
): Promise<Said | { readonly unsent: string }> {
  switch (asked.verb) {
    case "create":
      return said(cluster, 201, await cluster.create(within(namespace, asked.object as Manifest), { dryRun }));
    case "patch": {
      const operations = asked.type === "json" ? filled(asked.patch, jsonOf(before)) : compiled(asked, ref, before);
      if (operations === "nothing" && before !== undefined) return { status: 200, object: asJson(before) };
      if (typeof operations === "string") return { unsent: operations };
      return said(cluster, 200, await cluster.patch(ref, operations as unknown as readonly PatchOperation[], { dryRun }));
    }
    case "delete":
    case "evict": {
      const { uid, resourceVersion } = filled({ uid: asked.uid, resourceVersion: asked.resourceVersion }, jsonOf(before)) as Record<
        string,
        string
      >;
      const preconditions = { uid: uid ?? "", resourceVersion: resourceVersion ?? "" };
      if (asked.verb === "evict") return said(cluster, 201, await cluster.evict(ref, preconditions, { dryRun }));
      return said(cluster, 200, await cluster.remove(ref, preconditions, { dryRun }));
    }
    default:
      return asked satisfies never;
  }
}

type MergeAsked = Extract<Asked, { readonly type: "merge" | "strategic" }>;

/** The operations, `nothing` when the patch changes nothing, or why Stratus does not send it. */
function compiled({ type, patch }: MergeAsked, ref: ObjectRef, before: KubernetesObject | undefined): Json {
  if (before === undefined) return [];
  const write = merge.compile(
    { type: "merge", target: ref, strategy: type, patch: filled(patch, jsonOf(before)) as JsonObject },
    { object: before, related: [], nowMs: 0 },
  );
  if (write.ok) return write.value.kind === "patch" ? write.value.operations : "no patch";
  const reason = "reason" in write.failure ? write.failure.reason : "";
  return reason.startsWith("the patch would change nothing") ? "nothing" : reason;
}

function said(cluster: MemoryCluster, status: number, result: Result<KubernetesObject | void>): Said {
  if (result.ok) return { status, object: result.value === undefined ? undefined : asJson(result.value) };
  const refusal = cluster.refusalBehind(result.failure);
  if (refusal === undefined) throw new Error(JSON.stringify(result.failure));
  return { status: refusal.status, reason: refusal.word === "" ? undefined : refusal.word, message: refusal.reason };
}

async function read(cluster: MemoryCluster, ref: ObjectRef): Promise<KubernetesObject | undefined> {
  const found = await cluster.get(ref);
  if (!found.ok) throw new Error(JSON.stringify(found.failure));
  return found.value;
}

function jsonOf(object: KubernetesObject | undefined): JsonObject | undefined {
  return object === undefined ? undefined : asJson(object);
}
