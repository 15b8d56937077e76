// One line, carried out twice: by the real kubectl, through a real shell, and by the parsed action over our own client.

import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Action } from "../../src/action/action.ts";
import { compileAction, needsOf } from "../../src/action/catalogue.ts";
import { normalise } from "../../src/action/change.ts";
import type { ClusterPort } from "../../src/cluster/cluster.ts";
import { kubeconfigFromText } from "../../src/cluster/kubeconfig.ts";
import { kubernetesCluster } from "../../src/cluster/kubernetes.ts";
import { describeFailure, refused } from "../../src/failure.ts";
import type { Result } from "../../src/failure.ts";
import { parseKubectl } from "../../src/kubectl/kubectl.ts";
import type { Json, JsonObject } from "../../src/kubernetes/json.ts";
import { asJson, asObject } from "../../src/kubernetes/object.ts";
import type { ObjectRef } from "../../src/kubernetes/object.ts";
import type { RunningCluster } from "../cluster/cluster.ts";
import { execute } from "../cluster/execute.ts";
import type { Outcome } from "../cluster/execute.ts";

export interface Sides {
  readonly cluster: ClusterPort;
  /** Through `sh`, as a person would run it. */
  kubectl(line: string): Promise<Outcome>;
  /** Undefined when the write was done; otherwise why not. */
  stratus(line: string): Promise<string | undefined>;
  close(): void;
}

export function bothSides({ kubeconfigPath, settings }: RunningCluster): Sides {
  const access = kubeconfigFromText(readFileSync(kubeconfigPath, "utf8"));
  if (!access.ok) throw new Error(describeFailure(access.failure));
  const cluster = kubernetesCluster(access.value);
  const folder = mkdtempSync(join(tmpdir(), "stratus-kubectl-"));
  const program = join(folder, "kubectl");
  writeFileSync(program, `#!/bin/sh\nexec ${join(settings.binFolder, "cluster")} kubectl "$@"\n`);
  chmodSync(program, 0o755);
  const environment = { PATH: `${folder}:${process.env["PATH"] ?? ""}`, HOME: folder, KUBECONFIG: kubeconfigPath };
  return {
    cluster,
    kubectl: (line) => execute("sh", ["-c", line], { environment, limitMs: 60_000 }),
    async stratus(line) {
      const parsed = parseKubectl(line);
      const done = parsed.ok ? await carryOut(cluster, parsed.value) : parsed;
      return done.ok ? undefined : describeFailure(done.failure);
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Compiled and sent as the engine does it, without policy, dry run and undo. */
async function carryOut(cluster: ClusterPort, action: Action): Promise<Result<unknown>> {
  const { target } = action;
  const found = await cluster.get(target);
  if (!found.ok) return found;
  if (found.value === undefined && action.type !== "create") return refused("the object does not exist");
  const related = await Promise.all(needsOf(action).map((kind) => cluster.list(kind, target.namespace)));
  const compiled = compileAction(action, {
    object: found.value ?? asObject({}),
    related: related.flatMap((list) => (list.ok ? list.value : [])),
    nowMs: Date.now(),
  });
  if (!compiled.ok) return compiled;
  const write = compiled.value;
  const { uid = "", resourceVersion = "" } = found.value?.metadata ?? {};
  switch (write.kind) {
    case "patch":
      return cluster.patch(target, write.operations, { dryRun: false });
    case "create":
      return cluster.create(write.object, { dryRun: false });
    case "delete":
      return cluster.remove(target, { uid, resourceVersion }, { dryRun: false });
    case "evict":
      return cluster.evict(target, { uid, resourceVersion }, { dryRun: false });
    default:
      return write satisfies never;
  }
}

/** The object as people mean it, without what differs between two copies by nature; undefined when it is gone. */
export async function looksLike(cluster: ClusterPort, ref: ObjectRef): Promise<Json | undefined> {
  const found = await cluster.get(ref);
  if (!found.ok) throw new Error(describeFailure(found.failure));
  if (found.value === undefined) return undefined;
  const text = JSON.stringify(withoutNoise(normalise(asJson(found.value))), sorted);
  const own = [ref.name, ref.namespace].filter((each) => each !== undefined);
  return JSON.parse(own.reduce((current, each) => current.replaceAll(each, "OWN"), text)) as Json;
}

/** kubectl's record of what it applied is kubectl's; a restart is dated; controllers mark nodes in their own time. */
function withoutNoise(object: JsonObject): JsonObject {
  const text = JSON.stringify(object, (key, value: Json) => {
    if (key === "kubectl.kubernetes.io/last-applied-configuration" || key === "node.alpha.kubernetes.io/ttl") return undefined;
    if (key === "kubectl.kubernetes.io/restartedAt") return "just now";
    return key === "taints" && Array.isArray(value)
      ? value.filter((taint: { readonly key: string }) => !taint.key.startsWith("node.kubernetes.io/"))
      : value;
  });
  return withoutEmpty(JSON.parse(text) as JsonObject);
}

function withoutEmpty(object: JsonObject): JsonObject {
  const metadata = object["metadata"] as JsonObject;
  const { annotations, ...rest } = metadata;
  return annotations !== undefined && Object.keys(annotations as JsonObject).length === 0 ? { ...object, metadata: rest } : object;
}

function sorted(_key: string, value: Json): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1)))
    : value;
}

export function mustSucceed<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(describeFailure(result.failure));
  return result.value;
}
