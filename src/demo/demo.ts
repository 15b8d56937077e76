/**
 * The demo's story: a Service loses its target port, the first plan (given) makes it worse and is taken back with proof,
 * the second, found by the built-in causes, is kept. No cluster, no network, no key.
 */
import { builtInPlanner } from "../agent/mitigation.ts";
import { scriptedPlanner } from "../agent/scripted.ts";
import type { Plan } from "../action/action.ts";
import { asJson } from "../kubernetes/object.ts";
import { jsonEqual, valueAt } from "../kubernetes/json.ts";
import type { JsonObject } from "../kubernetes/json.ts";
import { normalise } from "../action/change.ts";
import { createWorld } from "./world.ts";
import type { World } from "./world.ts";
import { shopNamespace } from "./shop.ts";
import { tellStory } from "./story.ts";

const payment = { kind: "Service", namespace: shopNamespace, name: "payment" } as const;

/** What a hasty colleague, or a model, might propose: it takes away the endpoints that are left. */
const hasty: Plan = {
  intent: "Point Service payment at the pods of payment-v2.",
  actions: [{ type: "patch", target: payment, operations: [{ op: "replace", path: "/spec/selector/app", value: "payment-v2" }] }],
  source: "a hasty colleague",
};

/** Runs the story and prints it. False when it did not end as it should: then something is broken. */
export async function runDemo(print: (line: string) => void): Promise<boolean> {
  const world = createWorld({ planner: scriptedPlanner([hasty], builtInPlanner) });
  await world.run(20);
  print("A shop of two services on an in-memory Kubernetes. Receiver, state machine, engine and undo are the real code.");
  print("Fault: somebody sets every targetPort of Service shop/payment to 9999.\n");
  world.cluster.edit(payment, [{ op: "replace", path: "/spec/ports/0/targetPort", value: 9999 }], "somebody");
  const broken = await spec(world);
  const brokenAtMs = world.clock.nowMs();
  await world.run(600, async () => isOver(await world.incidents()));
  const incident = (await world.incidents())[0];
  if (incident === undefined) return false;
  for (const line of tellStory(incident, brokenAtMs)) print(line);
  const undone = world.cluster.writes.length > 0 && (await undoWasExact(world, broken));
  return incident["outcome"] === "mitigated" && valueAt(incident, "/attempts/0/ending") === "undone" && undone;
}

function isOver(incidents: readonly JsonObject[]): boolean {
  return incidents.length > 0 && incidents.every((incident) => incident["state"] === "closed");
}

async function spec(world: World): Promise<JsonObject> {
  const found = await world.cluster.get(payment);
  return found.ok && found.value !== undefined ? normalise(asJson(found.value)) : {};
}

/** The selector is what it was before the first attempt; the port is what the second attempt made of it. */
async function undoWasExact(world: World, broken: JsonObject): Promise<boolean> {
  const now = await spec(world);
  return jsonEqual(valueAt(now, "/spec/selector"), valueAt(broken, "/spec/selector")) && jsonEqual(now["metadata"], broken["metadata"]);
}
