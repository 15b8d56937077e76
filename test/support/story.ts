/** What the journeys share: the faults of the in-memory shop and what a finished incident looks like. */
import type { Plan } from "../../src/action/action.ts";
import { normalise } from "../../src/action/change.ts";
import type { World } from "../../src/demo/world.ts";
import { asJson } from "../../src/kubernetes/object.ts";
import type { ObjectRef } from "../../src/kubernetes/object.ts";
import type { JsonObject } from "../../src/kubernetes/json.ts";
import { Crash } from "./crash.ts";
import { marksOn } from "./landscape.ts";

export const payment = { kind: "Service", namespace: "shop", name: "payment" } as const;
export const frontend = { kind: "Deployment", namespace: "shop", name: "frontend" } as const;

/** Every targetPort of Service shop/payment to a port nobody listens on. */
export function breakTargetPort(world: World): void {
  world.cluster.edit(payment, [{ op: "replace", path: "/spec/ports/0/targetPort", value: 9999 }], "somebody");
}

/** Takes away the endpoints that are left. */
export const worseSelector: Plan = {
  intent: "Point Service payment at pods that do not exist.",
  actions: [{ type: "patch", target: payment, operations: [{ op: "replace", path: "/spec/selector/app", value: "payment-v2" }] }],
  source: "script",
};

/** Two writes that need no rollout: two samples show what they did. */
export const worseAtOnce: Plan = {
  intent: "Point Service payment at another port of pods that do not exist.",
  actions: [
    ...worseSelector.actions,
    { type: "patch", target: payment, operations: [{ op: "replace", path: "/spec/ports/0/targetPort", value: 9998 }] },
  ],
  source: "script",
};

/** Two writes on two objects: a Service selector and an image that does not exist. */
export const worseTwice: Plan = {
  intent: "Point Service payment elsewhere and roll out an image that does not exist.",
  actions: [
    ...worseSelector.actions,
    {
      type: "patch",
      target: frontend,
      operations: [{ op: "replace", path: "/spec/template/spec/containers/0/image", value: "registry.example/shop:9.9.9" }],
    },
  ],
  source: "script",
};

export async function snapshot(world: World, ref: ObjectRef): Promise<JsonObject> {
  const found = await world.cluster.get(ref);
  return found.ok && found.value !== undefined ? normalise(asJson(found.value)) : {};
}

/**
 * Drives until every incident is over; false when time runs out first. A crash ends the process in the middle and the
 * next second begins with a new one, which has to wait for the dead one's lease.
 */
export async function runToTheEnd(world: World, seconds = 1_500): Promise<boolean> {
  for (let second = 0; second < seconds; second++) if (await surviving(world, () => isOver(world))) return true;
  return false;
}

/** Also through crashes. */
export async function passTime(world: World, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) await surviving(world);
}

/** One second. */
async function surviving(world: World, until?: () => Promise<boolean>): Promise<boolean> {
  try {
    return await world.run(1, until);
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
    world.clock.advance(1_000);
    return false;
  }
}

async function isOver(world: World): Promise<boolean> {
  if (world.clock.nowMs() % 5_000 !== 0) return false;
  const incidents = await world.incidents();
  return incidents.length > 0 && incidents.every((incident) => incident["state"] === "closed");
}

export function outcomes(incidents: readonly JsonObject[]): unknown[] {
  return incidents.map((incident) => incident["outcome"]);
}

/** Objects that still carry annotations of ours. */
export function marksLeft({ cluster }: World): string[] {
  return marksOn(cluster);
}
