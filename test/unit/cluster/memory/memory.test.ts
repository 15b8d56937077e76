/** What tests and fault injection use beside the port: foreign hands, lost answers, permissions. */
import { describe, expect, test } from "vitest";
import type { Interruption } from "../../../../src/cluster/memory/port.ts";
import { asJson } from "../../../../src/kubernetes/object.ts";
import { configMap, node, shop, workload, web } from "./shop.ts";

const settings = { kind: "ConfigMap", namespace: "shop", name: "settings" };
const failure = { kind: "unavailable", effect: "unknown", reason: "no answer" } as const;

async function level(cluster: ReturnType<typeof shop>["cluster"]): Promise<unknown> {
  const read = await cluster.get(settings);
  return read.ok && read.value !== undefined ? asJson(read.value)["data"] : read;
}

describe("an interrupted request", () => {
  const cases: readonly (readonly [string, Interruption, string, string])[] = [
    ["before it had any effect", { when: "before", failure }, "info", "info"],
    ["after its effect", { when: "after", failure }, "debug", "debug"],
    ["whose effect comes later", { when: "later", delayMs: 30_000, failure }, "info", "debug"],
  ];
  test.each(cases)("%s", async (_case, interruption, atOnce, later) => {
    const { cluster, pass } = shop();
    cluster.make(configMap({ LEVEL: "info" }));
    const stop = cluster.intercept((request) => (request.verb === "patch" ? interruption : undefined));
    const answer = await cluster.patch(settings, [{ op: "replace", path: "/data/LEVEL", value: "debug" }], { dryRun: false });
    stop();
    expect(answer).toEqual({ ok: false, failure });
    expect(await level(cluster)).toEqual({ LEVEL: atOnce });
    pass(30);
    expect(await level(cluster)).toEqual({ LEVEL: later });
  });

  test("that lands late finds its precondition broken", async () => {
    const { cluster, pass } = shop();
    const { resourceVersion } = cluster.make(configMap({ LEVEL: "info" })).metadata;
    const stop = cluster.intercept(() => ({ when: "later", delayMs: 30_000, failure }));
    await cluster.patch(
      settings,
      [
        { op: "replace", path: "/metadata/resourceVersion", value: resourceVersion },
        { op: "replace", path: "/data/LEVEL", value: "debug" },
      ],
      { dryRun: false },
    );
    stop();
    cluster.edit(settings, [{ op: "replace", path: "/data/LEVEL", value: "warn" }]);
    pass(30);
    expect(await level(cluster)).toEqual({ LEVEL: "warn" });
  });

  test("may end the process that made it", async () => {
    const { cluster } = shop();
    cluster.intercept(() => {
      throw new Error("killed");
    });
    await expect(cluster.ready()).rejects.toThrow("killed");
  });
});

test("every patch through the port is recorded, dry runs too, and no foreign edit", async () => {
  const { cluster, pass } = shop();
  cluster.make(configMap({ LEVEL: "info" }));
  const operations = [{ op: "replace", path: "/data/LEVEL", value: "debug" }] as const;
  await cluster.patch(settings, operations, { dryRun: true });
  pass(5);
  await cluster.patch(settings, operations, { dryRun: false });
  cluster.edit(settings, [{ op: "remove", path: "/data/LEVEL" }]);
  expect(cluster.writes).toEqual([
    { atMs: Date.parse("2026-03-01T09:00:00Z"), verb: "patch", ref: settings, operations, dryRun: true },
    { atMs: Date.parse("2026-03-01T09:00:05Z"), verb: "patch", ref: settings, operations, dryRun: false },
  ]);
});

test("a foreign edit needs no precondition, moves the resourceVersion and takes over the field", () => {
  const { cluster } = shop();
  const before = cluster.make(configMap({ LEVEL: "info", OTHER: "1" }));
  const after = cluster.edit(settings, [{ op: "replace", path: "/data/LEVEL", value: "warn" }], "argocd");
  const json = after.ok ? asJson(after.value) : {};
  expect(after.ok && after.value.metadata.resourceVersion).not.toBe(before.metadata.resourceVersion);
  const entries = (json["metadata"] as { managedFields?: readonly { manager: string; fieldsV1: unknown }[] }).managedFields;
  expect(entries?.map((entry) => [entry.manager, entry.fieldsV1])).toEqual([
    ["kubectl-create", { "f:data": { "f:OTHER": {} } }],
    ["argocd", { "f:data": { "f:LEVEL": {} } }],
  ]);
});

test("what is not permitted is denied and refused", async () => {
  const { cluster } = shop({ permits: ({ verb, kind }) => verb !== "patch" || kind !== "Deployment" });
  cluster.make(workload("Deployment"));
  expect(await cluster.allowed({ verb: "patch", kind: "Deployment", namespace: "shop" })).toEqual({ ok: true, value: false });
  expect(await cluster.patch(web, [{ op: "replace", path: "/spec/replicas", value: 2 }], { dryRun: false })).toEqual({
    ok: false,
    failure: { kind: "refused", reason: "not permitted to patch Deployment in shop" },
  });
});

test("a fixture that the API server would refuse throws", () => {
  const { cluster } = shop();
  expect(() => cluster.make(workload("Deployment", { replicas: -1 }))).toThrow(
    'Deployment shop/web: Deployment.apps "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
  );
  expect(() => cluster.make({ ...configMap({}), metadata: { name: "x", namespace: "nowhere" } })).toThrow('namespaces "nowhere" not found');
  cluster.make(configMap({}));
  expect(() => cluster.make(configMap({}))).toThrow('configmaps "settings" already exists');
});

test("the same requests at the same times give the same cluster", () => {
  expect(afterBadImage()).toBe(afterBadImage());
});

function afterBadImage(): string {
  const { cluster, pass, set } = shop({ images: ["web:1"] });
  cluster.make(node("node-2"));
  cluster.make(workload("Deployment", { replicas: 3 }));
  pass(5);
  set(web, "/spec/template/spec/containers/0/image", "web:bad");
  pass(300);
  return JSON.stringify(cluster.observe());
}

test("looking more often changes nothing", () => {
  expect(afterCrashes(60)).toBe(afterCrashes(1));
});

function afterCrashes(looks: number): string {
  const { cluster, pass } = shop({ behaviour: () => "crashes" });
  cluster.make(workload("Deployment", { replicas: 2 }));
  for (let look = 0; look < looks; look += 1) {
    pass(600 / looks);
    cluster.observe();
  }
  return JSON.stringify(cluster.observe());
}
