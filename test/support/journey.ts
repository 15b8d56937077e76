/** What journeys ask of a world when something has happened: the landscape, the story, the writes, who holds what. */
import type { WriteRequest } from "../../src/cluster/memory/port.ts";
import { demoSecret } from "../../src/demo/world.ts";
import type { World } from "../../src/demo/world.ts";
import { isJsonArray, valueAt } from "../../src/kubernetes/json.ts";
import type { Json, JsonObject } from "../../src/kubernetes/json.ts";
import { loadScopes } from "../../src/runner/records.ts";
import { landscapeOf } from "./landscape.ts";
import type { Landscape } from "./landscape.ts";

export function landscape({ cluster }: World): Landscape {
  return landscapeOf(cluster);
}

/** Writes that were meant, in order: dry runs left out. */
export function sentWrites(world: World): readonly WriteRequest[] {
  return world.cluster.writes.filter((write) => !write.dryRun);
}

export async function scopeHolders(world: World): Promise<readonly string[]> {
  const scopes = await loadScopes(world.ledger, "demo");
  return scopes.ok ? scopes.value.value.holders.map((holder) => holder.incidentId) : ["unreadable"];
}

/** Text as it is, anything else as JSON. */
export function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

export function idOf(incident: JsonObject | undefined): string {
  return textOf(incident?.["incidentId"]);
}

export function listOf(incident: JsonObject | undefined, path: string): readonly Json[] {
  const list = valueAt(incident ?? {}, path);
  return isJsonArray(list) ? list : [];
}

/** Severity at the ends of transactions. */
export function visiblePath(incident: JsonObject | undefined): readonly unknown[] {
  return listOf(incident, "/visiblePath").map((point) => valueAt(point, "/mu"));
}

export function hiddenPath(incident: JsonObject | undefined, attempt: number): readonly unknown[] {
  return listOf(incident, `/attempts/${attempt}/hiddenPath`).map((point) => valueAt(point, "/mu"));
}

export function story(incident: JsonObject | undefined): readonly string[] {
  return listOf(incident, "/timeline").map((line) => textOf(valueAt(line, "/text")));
}

/** How each attempt ended: `regressed, undone`. */
export function endings(incident: JsonObject | undefined): readonly string[] {
  return listOf(incident, "/attempts").map((attempt) => `${textOf(valueAt(attempt, "/verdict"))}, ${textOf(valueAt(attempt, "/ending"))}`);
}

/** The answer's status. */
export async function command(world: World, incident: JsonObject | undefined, type: string): Promise<number> {
  const answer = await world.composed.app.request(`/incidents/${idOf(incident)}/${type}`, {
    method: "POST",
    headers: { authorization: `Bearer ${demoSecret}`, "content-type": "application/json" },
    body: JSON.stringify({ by: "alice" }),
  });
  return answer.status;
}

/** Lets time pass until the newest incident is in this state; false when that takes too long. */
export function untilState(world: World, state: string, seconds = 300): Promise<boolean> {
  return world.run(seconds, async () => (await world.incidents()).at(-1)?.["state"] === state);
}
