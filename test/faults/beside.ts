/**
 * What people use today, against the same faults and the same oracle: three scripts that are run when an alert fires. Each looks
 * every few seconds and does its one thing as long as something fires.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { subjectOf } from "../../src/alert/subject.ts";
import { isJsonObject } from "../../src/kubernetes/json.ts";
import { asJson, type Workload } from "../../src/kubernetes/object.ts";
import { activeAlerts } from "./monitoring.ts";
import { workloadsIn, type Shop } from "./shop.ts";

export const scripts = ["restart in a loop", "rollout undo", "revert the last ReplicaSet"] as const;
export type Script = (typeof scripts)[number];

const limitMs = 80_000;
/** Between two tries: as long as a rollout takes here, and its alerts to go. */
const pauseMs = 25_000;

/** What it did, for a person. */
export async function mitigateWith(script: Script, shop: Shop): Promise<readonly string[]> {
  const story: string[] = [];
  for (const endsAtMs = Date.now() + limitMs; Date.now() < endsAtMs; await sleep(pauseMs)) {
    const subjects = await firingSubjects(shop);
    if (subjects.length === 0) break;
    const did = await once(script, shop, subjects, story);
    story.push(...did);
    if (did.length === 0) break;
  }
  return story;
}

async function once(script: Script, shop: Shop, subjects: readonly string[], story: readonly string[]): Promise<readonly string[]> {
  if (script === "restart in a loop") return commands(shop, await workloadsNamed(shop, subjects), ["rollout", "restart"]);
  if (script === "rollout undo") {
    const undone = (await workloadsNamed(shop, subjects)).filter((name) => !story.some((line) => line.includes(`rollout undo ${name}:`)));
    return commands(shop, undone, ["rollout", "undo"]);
  }
  // The playbook: whatever was rolled out last is the suspect, once.
  if (story.length > 0) return [];
  const last = await lastRolledOut(shop);
  return last === undefined ? [] : commands(shop, [last], ["rollout", "undo"]);
}

async function commands(shop: Shop, names: readonly string[], verb: readonly string[]): Promise<readonly string[]> {
  const said: string[] = [];
  for (const name of names) {
    const answer = await shop.kubectl(...verb, name).catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
    said.push(`${verb.join(" ")} ${name}: ${answer.trim().slice(0, 160)}`);
  }
  return said;
}

/** Names of what fires now, as the alert's labels say. */
async function firingSubjects(shop: Shop): Promise<readonly string[]> {
  const active = await activeAlerts(shop.cluster);
  const own = active.filter(({ state, labels }) => state === "firing" && labels["namespace"] === shop.namespace);
  return [...new Set(own.flatMap(({ labels }) => subjectOf(labels).name ?? []))];
}

async function workloadsNamed(shop: Shop, names: readonly string[]): Promise<readonly string[]> {
  const workloads = await workloadsIn(shop);
  return workloads.filter(({ metadata }) => names.includes(metadata.name)).map(nameFor);
}

async function lastRolledOut(shop: Shop): Promise<string | undefined> {
  const newest = (await shop.list("ReplicaSet"))
    .filter(({ metadata }) => metadata.ownerReferences?.[0]?.kind === "Deployment")
    .toSorted((left, right) => createdAt(right).localeCompare(createdAt(left)))[0];
  const owner = newest?.metadata.ownerReferences?.[0];
  return owner === undefined ? undefined : `deployment/${owner.name}`;
}

function createdAt(object: Parameters<typeof asJson>[0]): string {
  const metadata = asJson(object)["metadata"];
  const at = isJsonObject(metadata) ? metadata["creationTimestamp"] : undefined;
  return typeof at === "string" ? at : "";
}

function nameFor({ kind, metadata }: Workload): string {
  return `${kind.toLowerCase()}/${metadata.name}`;
}
