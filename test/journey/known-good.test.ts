import { describe, expect, test } from "vitest";
import { shop } from "../../src/demo/shop.ts";
import { shopRules } from "../../src/demo/rules.ts";
import { createWorld, demoSecret } from "../../src/demo/world.ts";
import type { World, WorldOptions } from "../../src/demo/world.ts";
import { jsonEqual } from "../../src/kubernetes/json.ts";
import type { JsonObject } from "../../src/kubernetes/json.ts";
import type { ObjectRef } from "../../src/kubernetes/object.ts";
import { loadKnownGood } from "../../src/runner/known-good.ts";
import { endings, landscape, scopeHolders, story, textOf } from "../support/journey.ts";
import { breakTargetPort, frontend, marksLeft, outcomes, payment, runToTheEnd } from "../support/story.ts";

const recording = {
  STRATUS_KNOWN_GOOD: "on",
  STRATUS_KNOWN_GOOD_INTERVAL: "5s",
  STRATUS_KNOWN_GOOD_TRIAL: "30s",
};
const settings = { kind: "ConfigMap", namespace: "shop", name: "settings" } as const;
const paymentPods = { kind: "Deployment", namespace: "shop", name: "payment" } as const;
/** A Service that is gone has no series of its own: who needs it speaks. */
const alertOfPayment = { namespace: "shop", deployment: "payment" };
const container = "/spec/template/spec/containers/0";

/** Nothing was applied with kubectl, so nothing but the record knows what was there. */
const configured: readonly JsonObject[] = [
  { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings", namespace: "shop" }, data: { mode: "fast" } },
  ...(JSON.parse(
    JSON.stringify(shop).replaceAll(
      `{"name":"LOG_LEVEL","value":"info"}`,
      `{"name":"MODE","valueFrom":{"configMapKeyRef":{"name":"settings","key":"mode"}}}`,
    ),
  ) as JsonObject[]),
];

async function told(fault: (world: World) => void, options: WorldOptions = {}, wellSeconds = 90) {
  const world = createWorld({ ...options, environment: { ...recording, ...options.environment } });
  await world.run(wellSeconds);
  const healthy = landscape(world);
  fault(world);
  const over = await runToTheEnd(world);
  const incidents = await world.incidents();
  return { world, healthy, over, incidents, lines: story(incidents[0]) };
}

/** Deletes an object and makes it again with another image: no ReplicaSet of the old one is left. */
function recreate(world: World, ref: ObjectRef, image: string): void {
  const manifest = shop.find((object) => object["kind"] === ref.kind && (object["metadata"] as JsonObject)["name"] === ref.name);
  world.cluster.lose(ref);
  world.cluster.observe();
  world.cluster.make(JSON.parse(JSON.stringify(manifest).replaceAll("registry.example/shop:1.4.2", image)) as JsonObject);
}

const faults: readonly {
  readonly name: string;
  readonly options?: WorldOptions;
  readonly make: (world: World) => void;
  readonly diagnosis: string;
}[] = [
  {
    name: "a target port, to a number that nothing hints at",
    make: breakTargetPort,
    diagnosis:
      "Diagnosis: changed-since-known-good at Service shop/payment (95 %): Service shop/payment is not as it was when all was well",
  },
  {
    name: "a Deployment deleted and made again with an image that does not exist",
    make: (world) => recreate(world, frontend, "registry.example/shop:9.9.9"),
    diagnosis: "Diagnosis: changed-since-known-good at Deployment shop/frontend (98 %)",
  },
  {
    name: "replicas to zero",
    make: ({ cluster }) => void cluster.edit(paymentPods, [{ op: "replace", path: "/spec/replicas", value: 0 }]),
    diagnosis: "Diagnosis: changed-since-known-good at Deployment shop/payment (98 %)",
  },
  {
    name: "a Service deleted",
    options: {
      rules: (cluster) => [
        ...shopRules(cluster, "shop"),
        {
          name: "PaymentsFail",
          labels: { severity: "critical" },
          forMs: 10_000,
          evaluate: () =>
            cluster.observe().some(({ kind, metadata }) => kind === "Service" && metadata.name === "payment") ? [] : [alertOfPayment],
        },
      ],
    },
    make: ({ cluster }) => cluster.lose(payment),
    diagnosis:
      "Diagnosis: changed-since-known-good at Service shop/payment (95 %): Service shop/payment was there when all was well, and is gone.",
  },
  {
    name: "a bad value in a ConfigMap, and a restart of its readers",
    options: {
      objects: configured,
      cluster: { behaviour: (_pod, _container, environment) => (environment["MODE"] === "fast" ? "runs" : "crashes") },
    },
    make: ({ cluster }) => {
      cluster.edit(settings, [{ op: "replace", path: "/data/mode", value: "fsat" }]);
      cluster.edit(frontend, [
        { op: "add", path: "/spec/template/metadata/annotations", value: { "kubectl.kubernetes.io/restartedAt": "2026-01-05T09:02:00Z" } },
      ]);
    },
    diagnosis: "Diagnosis: changed-since-known-good at ConfigMap shop/settings (95 %)",
  },
];

describe("with a record of when all was well", () => {
  test.each(faults)("$name: what changed is put back", async ({ make, options, diagnosis }) => {
    const { world, healthy, over, incidents, lines } = await told(make, options);
    expect({ over, outcomes: outcomes(incidents).slice(0, 1), endings: endings(incidents[0]) }).toEqual({
      over: true,
      outcomes: ["mitigated"],
      endings: ["resolved, committed"],
    });
    expect(lines.find((line) => line.startsWith("Diagnosis"))?.slice(0, diagnosis.length)).toBe(diagnosis);
    const now = landscape(world);
    const differing = Object.keys(healthy).filter((name) => !jsonEqual(healthy[name], now[name]));
    // A restart that somebody asked for, or that the remedy needed, stays on record.
    expect(differing.filter((name) => !name.startsWith("Deployment") || !JSON.stringify(now[name]).includes("restartedAt"))).toEqual([]);
    expect(marksLeft(world)).toEqual([]);
    expect(await scopeHolders(world)).toEqual([]);
  });

  test("a change that broke nothing at first is on trial, and is what is put back when it does", async () => {
    const { world, healthy, incidents } = await told(
      (begun) => void begun.cluster.edit(frontend, [{ op: "add", path: `${container}/args`, value: ["--leak"] }], "somebody"),
      {
        cluster: { behaviour: (pod, { args }) => (args?.includes("--leak") === true && pod.metadata.name.length > 0 ? "crashes" : "runs") },
      },
    );
    expect(outcomes(incidents)[0]).toBe("mitigated");
    expect(landscape(world)["Deployment shop/frontend"]).toEqual(healthy["Deployment shop/frontend"]);
  });

  test("nothing is recorded while something is wrong, and what was fixed is not undone later", async () => {
    const { world } = await told(breakTargetPort);
    await world.run(60);
    const records = await loadKnownGood(world.ledger, "demo", "shop");
    const service = records.ok ? records.value.find(({ value }) => value.kind === "Service" && value.name === "payment") : undefined;
    expect(JSON.stringify(service?.value.versions)).not.toContain("9999");
    expect(outcomes(await world.incidents())).toEqual(["mitigated"]);
  });

  test("the door shows what is recorded and what is different, by name and never by value", async () => {
    const world = createWorld({ environment: recording });
    await world.run(90);
    breakTargetPort(world);
    const ask = (authorization: string): Promise<Response> =>
      Promise.resolve(world.composed.app.request("/known-good/shop", { headers: { authorization } }));
    expect((await ask("Bearer wrong")).status).toBe(401);
    const answer = (await (await ask(`Bearer ${demoSecret}`)).json()) as JsonObject;
    expect(answer).toMatchObject({
      cluster: "demo",
      namespace: "shop",
      differences: [
        { object: "Service payment", kind: "changed", fields: ["spec.ports[port=80,protocol=TCP].targetPort"], changedBy: "somebody" },
      ],
    });
    expect(
      (answer["objects"] as readonly JsonObject[]).map(({ kind, name, proven }) => `${textOf(kind)} ${textOf(name)} ${textOf(proven)}`),
    ).toEqual(["Deployment frontend true", "Deployment payment true", "Service frontend true", "Service payment true"]);
    expect(JSON.stringify(answer)).not.toContain("9999");
  });

  test("switched off, only the workload's own history and the built-in causes are left", async () => {
    const { incidents } = await told((world) => recreate(world, frontend, "registry.example/shop:9.9.9"), {
      environment: { STRATUS_KNOWN_GOOD: "off" },
    });
    expect(outcomes(incidents)[0]).toBe("no_action");
  });
});
