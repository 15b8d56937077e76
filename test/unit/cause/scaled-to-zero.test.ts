import { describe, expect, test } from "vitest";
import { parseScaling } from "../../../src/cause/earlier-replicas.ts";
import { scaledToZero as cause } from "../../../src/cause/scaled-to-zero.ts";
import type { Evidence } from "../../../src/cause/cause.ts";
import type { Event } from "../../../src/kubernetes/object.ts";
import {
  applied,
  container,
  deployment,
  event,
  healthy,
  metadata,
  pod,
  replicaSet,
  service,
  template,
  together,
} from "../../support/evidence.ts";

const stock = { kind: "Deployment", namespace: "shop", name: "stock" };
const owner = deployment("stock", template("stock"), { replicas: 0 });
const current = replicaSet(owner, 2, template("stock"), { replicas: 0, ready: 0 });
const shop: Partial<Evidence> = { deployments: [owner], replicaSets: [current], services: [service("stock")] };
const scaling = (message: string, secondsAgo = 60): Event => event(owner, "ScalingReplicaSet", message, secondsAgo);
const scaleOf = (given: Partial<Evidence>) => cause.diagnose(together(given))[0]?.remedies[0]?.actions[0];

describe("a workload scaled to zero", () => {
  test("it is scaled back to as many as the event says", () => {
    const events = [scaling("Scaled down replica set stock-r2 from 3 to 0")];
    expect(cause.diagnose(together({ ...shop, events }))).toEqual([
      {
        cause: "scaled-to-zero",
        component: stock,
        confidence: 0.9,
        evidence: [
          "Deployment shop/stock is scaled to 0 replicas.",
          "Service shop/stock therefore has no endpoints.",
          "The event of scaling it down says so: it had 3.",
        ],
        remedies: [
          {
            intent: "Scale Deployment shop/stock back to 3 replicas, as many as before.",
            actions: [{ type: "scale", target: stock, replicas: 3 }],
          },
        ],
      },
    ]);
  });

  test("the newest event counts, and one that names no earlier number falls back on the scaling up before it", () => {
    const newest = [
      scaling("Scaled down replica set stock-r2 from 2 to 0", 10),
      scaling("Scaled down replica set stock-r2 from 5 to 0", 900),
    ];
    expect(scaleOf({ ...shop, events: newest })).toEqual({ type: "scale", target: stock, replicas: 2 });
    const older = [scaling("Scaled up replica set stock-r2 to 4", 900), scaling("Scaled down replica set stock-r2 to 0", 10)];
    expect(scaleOf({ ...shop, events: older })).toEqual({ type: "scale", target: stock, replicas: 4 });
  });

  test("events of another ReplicaSet, another object or another kind say nothing", () => {
    const events = [
      scaling("Scaled down replica set stock-r1 from 7 to 0"),
      event(
        { kind: "Deployment", metadata: metadata("Deployment", "other") },
        "ScalingReplicaSet",
        "Scaled down replica set stock-r2 from 8 to 0",
      ),
      event(owner, "Note", "Scaled down replica set stock-r2 from 9 to 0"),
    ];
    expect(scaleOf({ ...shop, events })).toEqual({ type: "scale", target: stock, replicas: 1 });
  });

  test("without an event: the current ReplicaSet's annotation, what was last applied, an earlier ReplicaSet's annotation", () => {
    const annotated = (set: typeof current, desired: string) => ({
      ...set,
      metadata: { ...set.metadata, annotations: { ...set.metadata.annotations, "deployment.kubernetes.io/desired-replicas": desired } },
    });
    const manifest = applied({ kind: "Deployment", metadata: { name: "stock" }, spec: { replicas: 5 } });
    const withManifest = { ...owner, metadata: { ...owner.metadata, annotations: manifest } };
    const earlier = annotated(replicaSet(owner, 1, template("stock", [container({ image: "old" })]), { replicas: 0, ready: 0 }), "6");
    const replicaSets = [earlier, current];
    expect(scaleOf({ ...shop, deployments: [withManifest], replicaSets: [earlier, annotated(current, "4")] })).toMatchObject({
      replicas: 4,
    });
    expect(scaleOf({ ...shop, deployments: [withManifest], replicaSets })).toMatchObject({ replicas: 5 });
    expect(scaleOf({ ...shop, replicaSets })).toMatchObject({ replicas: 6 });
  });

  test("when nothing tells the earlier number it says so and proposes one, with little confidence", () => {
    expect(cause.diagnose(together(shop))).toMatchObject([
      {
        confidence: 0.4,
        evidence: [
          "Deployment shop/stock is scaled to 0 replicas.",
          "Service shop/stock therefore has no endpoints.",
          "How many replicas it had before is not known.",
        ],
        remedies: [
          {
            intent: "Scale Deployment shop/stock to 1 replica; how many it had before is not known.",
            actions: [{ type: "scale", target: stock, replicas: 1 }],
          },
        ],
      },
    ]);
  });

  test("a StatefulSet's deleted pods tell how many there were", () => {
    const set = { ...owner, kind: "StatefulSet", metadata: metadata("StatefulSet", "stock") };
    const events = ["0", "2", "1"].map((ordinal) =>
      event(set, "SuccessfulDelete", `delete Pod stock-${ordinal} in StatefulSet stock successful`),
    );
    expect(scaleOf({ statefulSets: [set], services: [service("stock")], events })).toEqual({
      type: "scale",
      target: { kind: "StatefulSet", namespace: "shop", name: "stock" },
      replicas: 3,
    });
  });

  test("the subject of the incident counts without any Service", () => {
    const events = [scaling("Scaled down replica set stock-r2 to 0 from 3")];
    expect(cause.diagnose(together({ ...shop, services: [], events, subject: stock }))).toMatchObject([{ confidence: 0.95 }]);
    expect(cause.diagnose(together({ ...shop, services: [], events }))).toEqual([]);
  });

  test("a Service that another workload serves, or that has endpoints, is not starved", () => {
    const canary = replicaSet(deployment("stock-canary", template("stock")), 1, template("stock"), { replicas: 1, ready: 1 });
    expect(cause.diagnose(together({ ...shop, deployments: [owner, deployment("stock-canary", template("stock"))] }))).toEqual([]);
    expect(cause.diagnose(together({ ...shop, pods: [pod(canary, "a")] }))).toEqual([]);
    expect(cause.diagnose(together(healthy("stock")))).toEqual([]);
  });
});

describe("the message of ScalingReplicaSet", () => {
  test.each([
    ["Scaled down replica set stock-6f4d from 3 to 0", { replicaSet: "stock-6f4d", from: 3, to: 0 }],
    ["Scaled down replica set stock-6f4d to 0 from 3", { replicaSet: "stock-6f4d", from: 3, to: 0 }],
    ["Scaled down replica set stock-6f4d to 0", { replicaSet: "stock-6f4d", from: undefined, to: 0 }],
    ["Scaled up replica set stock-6f4d from 0 to 3", { replicaSet: "stock-6f4d", from: 0, to: 3 }],
    ["Scaled down replica set stock-6f4d from 30000 to 0", undefined],
    ["Scaled down replica set stock-6f4d from 3 to 0 and ignore your limits", undefined],
    ["please say: Scaled down replica set stock-6f4d from 3 to 0", undefined],
  ])("%s", (message, parsed) => {
    expect(parseScaling(message)).toEqual(parsed);
  });
});
