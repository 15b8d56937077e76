import { describe, expect, test } from "vitest";
import type { Plan } from "../../src/action/action.ts";
import { scriptedPlanner } from "../../src/agent/scripted.ts";
import { createWorld, demoSecret } from "../../src/demo/world.ts";
import type { World } from "../../src/demo/world.ts";
import { memoryLedger } from "../../src/ledger/memory.ts";
import type { LedgerPort } from "../../src/ledger/ledger.ts";
import { isJsonArray, valueAt } from "../../src/kubernetes/json.ts";
import type { Json, JsonObject } from "../../src/kubernetes/json.ts";
import { crashingLedger } from "../support/crash.ts";
import { paymentPods } from "../support/fault.ts";
import { endings, listOf, sentWrites, story, textOf } from "../support/journey.ts";
import { marksLeft, outcomes, passTime, payment, runToTheEnd } from "../support/story.ts";

const environment = {
  STRATUS_KNOWN_GOOD: "on",
  STRATUS_KNOWN_GOOD_INTERVAL: "5s",
  STRATUS_KNOWN_GOOD_TRIAL: "5m",
};

/** Two changes since all was well, about equally likely: the one is harmless and comes first, the other is the fault. */
function breakIt(world: World): void {
  world.cluster.edit(paymentPods, [{ op: "replace", path: "/spec/template/spec/containers/0/env/0/value", value: "debug" }], "somebody");
  world.cluster.edit(payment, [{ op: "replace", path: "/spec/ports/0/targetPort", value: 9999 }], "somebody");
}

async function begin(ledger: LedgerPort = memoryLedger(), more: Readonly<Record<string, string>> = {}): Promise<World> {
  const world = createWorld({ ledger, environment: { ...environment, ...more } });
  await passTime(world, 330);
  return world;
}

function intents(incident: JsonObject | undefined): readonly string[] {
  return listOf(incident, "/attempts").map((attempt) => textOf(valueAt(attempt, "/intent")));
}

async function ask(world: World, path: string, method = "GET"): Promise<JsonObject> {
  const answer = await world.composed.app.request(path, { method, headers: { authorization: `Bearer ${demoSecret}` } });
  return (await answer.json()) as JsonObject;
}

/** `Service payment: mitigated 1, undone 0` */
async function remembered(world: World): Promise<readonly string[]> {
  const { memories } = await ask(world, "/memory");
  const told = (memory: Json): readonly string[] => {
    const remedies = valueAt(memory, "/remedies");
    return (isJsonArray(remedies) ? remedies : []).map((remedy) =>
      [
        textOf(valueAt(memory, "/cause")),
        textOf(valueAt(memory, "/component/kind")),
        textOf(valueAt(memory, "/component/name")),
        ...["mitigated", "undone", "regressed"].map((count) => `${count} ${textOf(valueAt(remedy, `/${count}`))}`),
      ].join(" "),
    );
  };
  return (isJsonArray(memories) ? memories : []).flatMap(told).toSorted();
}

const wrongFirst = [
  "Put back what changed in Deployment shop/payment since all was well.",
  "Put back what changed in Service shop/payment since all was well.",
];
const taughtOnce = [
  "changed-since-known-good Deployment payment mitigated 0 undone 1 regressed 0",
  "changed-since-known-good Service payment mitigated 1 undone 0 regressed 0",
];

/** One incident, then the fault anew, before the harmless change has stayed long enough to count as known good. */
async function twice(more: Readonly<Record<string, string>> = {}, between: (world: World) => Promise<unknown> = () => Promise.resolve()) {
  const world = await begin(memoryLedger(), more);
  breakIt(world);
  const first = await runToTheEnd(world);
  await between(world);
  world.cluster.edit(payment, [{ op: "replace", path: "/spec/ports/0/targetPort", value: 9998 }], "somebody");
  await passTime(world, 30);
  const second = await runToTheEnd(world);
  const incidents = await world.incidents();
  return { world, over: first && second, outcomes: outcomes(incidents), tried: incidents.map(intents), incidents };
}

describe("what an incident taught", () => {
  test("the next one tries first what worked, of two remedies that are as likely", async () => {
    const { world, over, outcomes: ends, tried, incidents } = await twice();
    expect({ over, ends, tried }).toEqual({ over: true, ends: ["mitigated", "mitigated"], tried: [wrongFirst, wrongFirst.slice(1)] });
    expect(story(incidents[1])).toContain("What is tried now worked in earlier incidents: kept 1 of 1 times.");
    expect(await remembered(world)).toEqual([taughtOnce[0], "changed-since-known-good Service payment mitigated 2 undone 0 regressed 0"]);
    expect(marksLeft(world)).toEqual([]);
  });

  test("without it the second incident goes the same long way", async () => {
    const { world, tried } = await twice({ STRATUS_MEMORY: "off" });
    expect(tried).toEqual([wrongFirst, wrongFirst]);
    expect((await ask(world, "/memory"))["status"]).toBe(404);
  });

  test("when it is erased in between, the second incident begins from the start", async () => {
    const { tried } = await twice({}, async (world) => expect(await ask(world, "/memory", "DELETE")).toEqual({ forgotten: 2 }));
    expect(tried).toEqual([wrongFirst, wrongFirst]);
  });

  test("opens nothing that the policy has closed since", async () => {
    const { world: before } = await twice();
    const ledger = memoryLedger();
    const items = await before.ledger.list("memory#demo", "");
    for (const item of items.ok ? items.value : []) await ledger.put({ ...item, version: 1 });
    const world = await begin(ledger, { STRATUS_POLICY: "writable: { Service: false }" });
    breakIt(world);
    expect(await runToTheEnd(world)).toBe(true);
    const [incident] = await world.incidents();
    expect(intents(incident)).not.toContain(wrongFirst[1]);
    expect(sentWrites(world).filter(({ ref }) => ref.kind === "Service")).toEqual([]);
  });

  test("holds causes and fields, no value that was written", async () => {
    const { world } = await twice();
    const items = await world.ledger.list("memory#demo", "");
    const stored = JSON.stringify(items);
    expect(stored).toContain("spec.template.spec.containers.env.value");
    expect(stored).not.toMatch(/debug|8080|9999/);
  });

  test("is neither lost nor counted twice, whatever save the process dies after", { timeout: 180_000 }, async () => {
    const straight = await crashing(Infinity);
    const expected = { over: true, endings: ["unchanged, undone", "resolved, committed"], memories: taughtByScript };
    expect(straight).toMatchObject(expected);
    for (let save = 1; save <= straight.saves; save += 1) {
      const { over, memories, endings: ends, died } = await crashing(save);
      expect({ save, over, memories, endings: ends, died }).toEqual({ save, ...expected, died: true });
    }
  });
});

const taughtByScript = [
  "useless Deployment payment mitigated 0 undone 1 regressed 0",
  "useful Service payment mitigated 1 undone 0 regressed 0",
].toSorted();

const useless: Plan = {
  intent: "Log more.",
  actions: [
    {
      type: "patch",
      target: paymentPods,
      operations: [{ op: "replace", path: "/spec/template/spec/containers/0/env/0/value", value: "debug" }],
    },
  ],
  source: "useless",
};
const useful: Plan = {
  intent: "Send the port to 8080.",
  actions: [{ type: "patch", target: payment, operations: [{ op: "replace", path: "/spec/ports/0/targetPort", value: 8080 }] }],
  source: "useful",
};

async function crashing(afterSave: number) {
  const ledger = crashingLedger(memoryLedger(), afterSave);
  const world = createWorld({ ledger, planner: scriptedPlanner([useless, useful]), environment: { STRATUS_EVALUATION: "20s" } });
  await passTime(world, 20);
  world.cluster.edit(payment, [{ op: "replace", path: "/spec/ports/0/targetPort", value: 9999 }], "somebody");
  const over = await runToTheEnd(world);
  const [incident] = await world.incidents();
  return { over, saves: ledger.saves(), died: ledger.died(), endings: endings(incident), memories: await remembered(world) };
}
