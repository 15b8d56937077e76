/**
 * What every cluster must do: the API semantics that the engine's safety rests on. Each clause was measured on a real API
 * server and holds for the in-memory one; every fixture has no pods, so a cluster without images passes too.
 */
import { describe, expect, test } from "vitest";
import type { PatchOperation } from "../../src/kubernetes/json.ts";
import { dryRunClauses, valueClauses } from "./cluster-contract-values.ts";
import { controllerClauses } from "./cluster-contract-controllers.ts";
import { logClauses, strangerClauses } from "./cluster-contract-logs.ts";
import { creationClauses, evictionClauses, guestClauses, removalClauses } from "./cluster-contract-objects.ts";
import { configMap, deployment, made, patched, read, readAtRest, service, stored, valueIn } from "./cluster-fixture.ts";
import type { Make, Makes } from "./cluster-fixture.ts";

export function clusterContract(name: string, { administrator: makeCluster, guest, stranger }: Makes): void {
  describe(`${name} cluster`, () => {
    describe("reads", () => readClauses(makeCluster));
    describe("writes", () => writeClauses(makeCluster));
    describe("refusals", () => refusalClauses(makeCluster));
    describe("dry runs", () => dryRunClauses(makeCluster));
    describe("values", () => valueClauses(makeCluster));
    describe("creations", () => creationClauses(makeCluster));
    describe("deletions", () => removalClauses(makeCluster));
    describe("evictions", () => evictionClauses(makeCluster));
    describe("logs", () => logClauses(makeCluster));
    describe("permissions", () => {
      guestClauses(guest);
      strangerClauses(stranger);
    });
    describe("controllers", () => controllerClauses(makeCluster));
  });
}

function readClauses(makeCluster: Make): void {
  test("the API server answers", async () => {
    const { cluster } = await makeCluster();
    expect(await cluster.ready()).toEqual({ ok: true, value: undefined });
  });

  test("an object that is not there is undefined, not a failure", async () => {
    const { cluster, namespace } = await makeCluster();
    expect(await cluster.get({ kind: "ConfigMap", namespace, name: "nowhere" })).toEqual({ ok: true, value: undefined });
  });

  test("an object is read with its kind, its uid and every field that was written", async () => {
    const under = await makeCluster();
    const ref = await made(under, configMap(under, "read-whole", { LEVEL: "debug" }));
    const object = await read(under, ref);
    expect(object).toMatchObject({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "read-whole" }, data: { LEVEL: "debug" } });
    expect(object.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("a kind outside the table is refused", async () => {
    const { cluster, namespace } = await makeCluster();
    const answer = await cluster.get({ kind: "Secret", namespace, name: "token" });
    expect(answer).toEqual({ ok: false, failure: { kind: "refused", reason: "Secret is not a kind that Stratus reads or writes" } });
  });

  test("a list holds the objects of its namespace, in order of name, each with kind and apiVersion", async () => {
    const under = await makeCluster();
    await made(under, configMap(under, "list-b", {}));
    await made(under, configMap(under, "list-a", {}));
    const listed = await under.cluster.list("ConfigMap", under.namespace);
    const ours = listed.ok ? listed.value.filter((object) => object.metadata.name.startsWith("list-")) : [];
    expect(ours.map((object) => [object.apiVersion, object.kind, object.metadata.name])).toEqual([
      ["v1", "ConfigMap", "list-a"],
      ["v1", "ConfigMap", "list-b"],
    ]);
    expect(await under.cluster.list("ConfigMap", "no-such-namespace")).toEqual({ ok: true, value: [] });
  });

  test("of each object of a list is held what the caller keeps", async () => {
    const under = await makeCluster();
    await made(under, configMap(under, "kept-a", { key: "value" }));
    const listed = await under.cluster.list("ConfigMap", under.namespace, ({ apiVersion, kind, metadata }) => ({
      apiVersion,
      kind,
      metadata,
    }));
    const ours = listed.ok ? listed.value.find((object) => object.metadata.name === "kept-a") : undefined;
    expect(Object.keys(ours ?? {}).toSorted()).toEqual(["apiVersion", "kind", "metadata"]);
  });

  test("a list without a namespace holds all of them, and cluster-scoped kinds list too", async () => {
    const under = await makeCluster();
    await made(under, configMap(under, "list-everywhere", {}));
    const everywhere = await under.cluster.list("ConfigMap");
    const namespaces = await under.cluster.list("Namespace");
    expect(everywhere.ok && everywhere.value.some((object) => object.metadata.name === "list-everywhere")).toBe(true);
    expect(namespaces.ok && namespaces.value.some((object) => object.metadata.name === under.namespace)).toBe(true);
  });

  test("an administrator may patch Deployments", async () => {
    const { cluster, namespace } = await makeCluster();
    expect(await cluster.allowed({ verb: "patch", kind: "Deployment", namespace })).toEqual({ ok: true, value: true });
  });
}

function writeClauses(makeCluster: Make): void {
  test("a patch with the resourceVersion that was read is stored, and answers what is stored", async () => {
    const under = await makeCluster();
    const ref = await made(under, configMap(under, "write-plain", { LEVEL: "info" }));
    const before = await read(under, ref);
    const after = await stored(under, ref, [
      { op: "test", path: "/metadata/uid", value: before.metadata.uid },
      { op: "replace", path: "/metadata/resourceVersion", value: before.metadata.resourceVersion },
      { op: "replace", path: "/data/LEVEL", value: "debug" },
    ]);
    expect(after.metadata.resourceVersion).not.toBe(before.metadata.resourceVersion);
    expect(await read(under, ref)).toEqual(after);
    expect(valueIn(after, "/data/LEVEL")).toBe("debug");
  });

  test("a patch with an older resourceVersion is a conflict and changes nothing", async () => {
    const under = await makeCluster();
    const ref = await made(under, configMap(under, "write-stale", { LEVEL: "info" }));
    const before = await read(under, ref);
    await stored(under, ref, [{ op: "replace", path: "/data/LEVEL", value: "warn" }]);
    const late = await patched(under, ref, [
      { op: "replace", path: "/metadata/resourceVersion", value: before.metadata.resourceVersion },
      { op: "add", path: "/data/OTHER", value: "late" },
    ]);
    expect(late).toMatchObject({ ok: false, failure: { kind: "conflict" } });
    expect(valueIn(await read(under, ref), "/data")).toEqual({ LEVEL: "warn" });
  });

  test("a byte-identical write raises neither resourceVersion nor generation", async () => {
    const under = await makeCluster();
    const ref = await made(under, deployment(under, "write-same"));
    const before = await readAtRest(under, ref);
    const after = await stored(under, ref, [{ op: "replace", path: "/spec/replicas", value: 0 }]);
    expect(after.metadata.resourceVersion).toBe(before.metadata.resourceVersion);
    expect(after.metadata.generation).toBe(before.metadata.generation);
  });

  test("the generation rises with the spec, not with a label, and a ConfigMap has none", async () => {
    const under = await makeCluster();
    const ref = await made(under, deployment(under, "write-generation"));
    const plain = await made(under, configMap(under, "write-no-generation", {}));
    expect((await readAtRest(under, ref)).metadata.generation).toBe(1);
    expect((await stored(under, ref, [{ op: "add", path: "/metadata/labels", value: { tier: "web" } }])).metadata.generation).toBe(1);
    expect((await stored(under, ref, [{ op: "add", path: "/spec/paused", value: true }])).metadata.generation).toBe(2);
    expect((await read(under, plain)).metadata.generation).toBeUndefined();
  });

  test("an annotation on a Deployment raises its generation too, because it goes to the ReplicaSets", async () => {
    const under = await makeCluster();
    const ref = await made(under, deployment(under, "write-annotation"));
    const before = await readAtRest(under, ref);
    const after = await stored(under, ref, [{ op: "add", path: "/metadata/annotations/stratus.example~1fence", value: "7" }]);
    expect([before.metadata.generation, after.metadata.generation]).toEqual([1, 2]);
  });

  test("the status is not for us to write", async () => {
    const under = await makeCluster();
    const ref = await made(under, deployment(under, "write-status"));
    await readAtRest(under, ref);
    const after = await stored(under, ref, [{ op: "replace", path: "/status/observedGeneration", value: 99 }]);
    expect(valueIn(after, "/status/observedGeneration")).toBe(1);
  });
}

function refusalClauses(makeCluster: Make): void {
  const cases: readonly (readonly [string, PatchOperation])[] = [
    ["a test that does not hold", { op: "test", path: "/spec/replicas", value: 5 }],
    ["a test on another uid", { op: "test", path: "/metadata/uid", value: "not-this-one" }],
    ["a replace of what is not there", { op: "replace", path: "/spec/nowhere/deep", value: 1 }],
    ["a remove of what is not there", { op: "remove", path: "/metadata/annotations/nobody" }],
    ["a negative number of replicas", { op: "replace", path: "/spec/replicas", value: -1 }],
    ["a port out of range", { op: "replace", path: "/spec/template/spec/containers/0/ports/0/containerPort", value: 70_000 }],
    ["a container without an image", { op: "remove", path: "/spec/template/spec/containers/0/image" }],
    ["a change of the selector", { op: "replace", path: "/spec/selector/matchLabels", value: { app: "other" } }],
    [
      "template labels that the selector does not match",
      { op: "replace", path: "/spec/template/metadata/labels", value: { app: "other" } },
    ],
    ["a change of the uid", { op: "replace", path: "/metadata/uid", value: "00000000-0000-4000-8000-aaaaaaaaaaaa" }],
    [
      "a request above its limit",
      { op: "add", path: "/spec/template/spec/containers/0/resources", value: { limits: { cpu: "1" }, requests: { cpu: "2" } } },
    ],
  ];
  test.each(cases)("%s is refused and changes nothing", async (_case, operation) => {
    const under = await makeCluster();
    const ref = await made(under, deployment(under, "refuse-one"));
    const before = await readAtRest(under, ref);
    expect(await patched(under, ref, [operation])).toMatchObject({ ok: false, failure: { kind: "refused" } });
    expect(await read(under, ref)).toEqual(before);
  });

  test("all operations hold or none does", async () => {
    const under = await makeCluster();
    const ref = await made(under, configMap(under, "refuse-all", { LEVEL: "info" }));
    const answer = await patched(under, ref, [
      { op: "replace", path: "/data/LEVEL", value: "debug" },
      { op: "test", path: "/data/LEVEL", value: "info" },
    ]);
    expect(answer).toMatchObject({ ok: false, failure: { kind: "refused" } });
    expect(valueIn(await read(under, ref), "/data/LEVEL")).toBe("info");
  });

  test("a patch of what is not there is refused", async () => {
    const { cluster, namespace } = await makeCluster();
    const operations: readonly PatchOperation[] = [{ op: "add", path: "/data", value: { LEVEL: "debug" } }];
    const answer = await cluster.patch({ kind: "ConfigMap", namespace, name: "nowhere" }, operations, { dryRun: false });
    expect(answer).toMatchObject({ ok: false, failure: { kind: "refused" } });
  });

  test("a Service port out of range is refused", async () => {
    const under = await makeCluster();
    const ref = await made(under, service(under, "refuse-port"));
    const answer = await patched(under, ref, [{ op: "replace", path: "/spec/ports/0/targetPort", value: 70_000 }]);
    expect(answer).toMatchObject({ ok: false, failure: { kind: "refused" } });
  });
}
