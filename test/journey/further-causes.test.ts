import { describe, expect, test } from "vitest";
import { shopRules } from "../../src/demo/rules.ts";
import { goodImage, shop } from "../../src/demo/shop.ts";
import { createWorld } from "../../src/demo/world.ts";
import type { World, WorldOptions } from "../../src/demo/world.ts";
import type { JsonObject, PatchOperation } from "../../src/kubernetes/json.ts";
import type { Pod } from "../../src/kubernetes/object.ts";
import type { ObjectRef } from "../../src/kubernetes/object.ts";
import { endings, landscape, scopeHolders, sentWrites, story, textOf } from "../support/journey.ts";
import { frontend, marksLeft, outcomes, payment, runToTheEnd } from "../support/story.ts";

const container = "/spec/template/spec/containers/0";
const cart = { kind: "StatefulSet", namespace: "shop", name: "cart" } as const;
const agent = { kind: "DaemonSet", namespace: "shop", name: "agent" } as const;
const badImage: PatchOperation = { op: "replace", path: `${container}/image`, value: "registry.example/shop:9.9.9" };

function set(kind: "StatefulSet" | "DaemonSet", name: string): JsonObject {
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name, namespace: "shop", labels: { app: name } },
    spec: {
      ...(kind === "StatefulSet" ? { serviceName: name, replicas: 2 } : {}),
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          containers: [{ name: "app", image: goodImage, readinessProbe: { httpGet: { path: "/readyz", port: 8080 }, periodSeconds: 2 } }],
        },
      },
    },
  };
}

/** An alert about a Service whose answers come from another program. */
function strangers(cluster: World["cluster"]) {
  return [
    ...shopRules(cluster, "shop"),
    {
      name: "WrongAnswers",
      labels: { severity: "critical" },
      forMs: 10_000,
      evaluate: () =>
        cluster
          .observe()
          .some(
            (object) =>
              object.kind === "Service" &&
              object.metadata.name === "payment" &&
              JSON.stringify(object).includes('"selector":{"app":"frontend"}'),
          )
          ? [{ namespace: "shop", service: "payment" }]
          : [],
    },
  ];
}

interface Journey {
  readonly name: string;
  readonly options?: WorldOptions;
  readonly fault: readonly (readonly [ObjectRef, readonly PatchOperation[]])[];
  readonly diagnosis: string;
  readonly did: string;
}

const journeys: readonly Journey[] = [
  {
    name: "a bad image in a StatefulSet: the template back, and the stuck pod evicted",
    options: { objects: [...shop, set("StatefulSet", "cart")] },
    fault: [[cart, [badImage]]],
    diagnosis: "Diagnosis: image-cannot-be-pulled at StatefulSet shop/cart",
    did: "kubectl -n shop rollout undo statefulset/cart --to-revision=1",
  },
  {
    name: "a bad image in a DaemonSet",
    options: { objects: [...shop, set("DaemonSet", "agent")] },
    fault: [[agent, [badImage]]],
    diagnosis: "Diagnosis: image-cannot-be-pulled at DaemonSet shop/agent",
    did: "kubectl -n shop rollout undo daemonset/agent --to-revision=1",
  },
  {
    name: "a Service that selects the pods of another workload",
    options: { rules: strangers },
    fault: [[payment, [{ op: "replace", path: "/spec/selector/app", value: "frontend" }]]],
    diagnosis: "Diagnosis: service-selects-another at Service shop/payment",
    did: `kubectl -n shop patch service/payment --type=json -p '[{"op":"replace","path":"/spec/selector/app","value":"payment"}]'`,
  },
  {
    name: "a memory limit that was lowered",
    options: {
      objects: JSON.parse(JSON.stringify(shop).replaceAll(`"resources":{`, `"resources":{"limits":{"memory":"96Mi"},`)) as JsonObject[],
      cluster: { behaviour: (_pod: Pod, { resources }) => (resources?.limits?.["memory"] === "64Mi" ? "exhausts-memory" : "runs") },
    },
    fault: [[frontend, [{ op: "replace", path: `${container}/resources/limits/memory`, value: "64Mi" }]]],
    diagnosis: "Diagnosis: out-of-memory at Deployment shop/frontend",
    did: "kubectl -n shop rollout undo deployment/frontend --to-revision=1",
  },
];

describe("further faults without a model", () => {
  test.each(journeys)("$name", async ({ options, fault, diagnosis, did }) => {
    const world = createWorld(options);
    await world.run(40);
    const healthy = landscape(world);
    for (const [ref, operations] of fault) expect(world.cluster.edit(ref, operations, "somebody").ok).toBe(true);
    const over = await runToTheEnd(world);
    const incidents = await world.incidents();
    expect({ over, outcomes: outcomes(incidents).slice(0, 1), endings: endings(incidents[0]) }).toEqual({
      over: true,
      outcomes: ["mitigated"],
      endings: ["resolved, committed"],
    });
    const told = story(incidents[0]);
    expect(told.find((line) => line.startsWith("Diagnosis"))?.slice(0, diagnosis.length)).toBe(diagnosis);
    expect(told).toContain(did);
    expect(landscape(world)).toEqual(healthy);
    expect(marksLeft(world)).toEqual([]);
    expect(await scopeHolders(world)).toEqual([]);
  });
});

const withSecret = JSON.parse(
  JSON.stringify(shop[0])
    .replaceAll('"frontend"', '"vault"')
    .replace(`{"name":"LOG_LEVEL","value":"info"}`, `{"name":"KEY","valueFrom":{"secretKeyRef":{"name":"vault-keys","key":"key"}}}`),
) as JsonObject;

describe("where nothing is to be done", () => {
  test("a Secret that nobody has: nothing is changed, and a person is told what to do", async () => {
    const world = createWorld();
    await world.run(40);
    world.cluster.make(withSecret);
    const before = landscape(world);
    const over = await runToTheEnd(world);
    const incidents = await world.incidents();
    expect({ over, outcomes: outcomes(incidents).slice(0, 1), writes: sentWrites(world).length }).toEqual({
      over: true,
      outcomes: ["no_action"],
      writes: 0,
    });
    expect(textOf(incidents[0]?.["outcomeReason"])).toContain(
      'Secret "vault-keys" is not there, and no earlier template did without it. Nobody here may read or make Secrets',
    );
    expect(landscape(world)).toEqual(before);
  });

  test("an image that never was another one: nothing is changed", async () => {
    const world = createWorld();
    await world.run(40);
    world.cluster.make(
      JSON.parse(
        JSON.stringify(shop[0]).replaceAll('"frontend"', '"canary"').replaceAll(goodImage, "registry.example/canary:1"),
      ) as JsonObject,
    );
    await runToTheEnd(world);
    const incidents = await world.incidents();
    expect({ outcomes: outcomes(incidents).slice(0, 1), writes: sentWrites(world).length }).toEqual({ outcomes: ["no_action"], writes: 0 });
    expect(textOf(incidents[0]?.["outcomeReason"])).toContain(
      "a cause was found and no safe remedy for it is known: image-cannot-be-pulled",
    );
  });
});
