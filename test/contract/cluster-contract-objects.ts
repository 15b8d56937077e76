/** The part of the cluster's contract about whole objects: made, removed, evicted, and who may do it. */
import { expect, test } from "vitest";
import type { JsonObject } from "../../src/kubernetes/json.ts";
import { asRead, budget, configMap, forgotten, made, read, running, stored, until, valueIn } from "./cluster-fixture.ts";
import type { ClusterUnderTest, Make } from "./cluster-fixture.ts";

const otherUid = "00000000-0000-4000-8000-aaaaaaaaaaaa";

function settings(under: ClusterUnderTest, name: string) {
  const ref = { kind: "ConfigMap", namespace: under.namespace, name };
  forgotten(under, ref);
  return ref;
}

export function creationClauses(makeCluster: Make): void {
  test("what is created is answered as it is stored, with who did it", async () => {
    const under = await makeCluster();
    const ref = settings(under, "create-plain");
    const answer = await under.cluster.create(configMap(under, "create-plain", { LEVEL: "info" }), { dryRun: false });
    const object = await read(under, ref);
    expect(answer).toEqual({ ok: true, value: object });
    expect(object.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(valueIn(object, "/metadata/managedFields/0/manager")).toBe("stratus");
  });

  test("a dry run answers the object with its defaults, and stores nothing", async () => {
    const under = await makeCluster();
    const metadata = { name: "create-dry", namespace: under.namespace };
    const policy: JsonObject = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata, spec: { podSelector: {} } };
    const answer = await under.cluster.create(policy, { dryRun: true });
    expect(answer.ok && valueIn(answer.value, "/spec")).toEqual({ podSelector: {}, policyTypes: ["Ingress"] });
    expect(answer.ok && answer.value.metadata.resourceVersion).toBe("");
    const ref = { kind: "NetworkPolicy", namespace: under.namespace, name: "create-dry" };
    expect(await under.cluster.get(ref)).toEqual({ ok: true, value: undefined });
  });

  test.each([false, true])("a name that is taken is a conflict, and its object stays as it is (dry run: %s)", async (dryRun) => {
    const under = await makeCluster();
    const ref = await made(under, configMap(under, "create-taken", { LEVEL: "info" }));
    const before = await read(under, ref);
    const answer = await under.cluster.create(configMap(under, "create-taken", { LEVEL: "debug" }), { dryRun });
    expect(answer).toMatchObject({ ok: false, failure: { kind: "conflict" } });
    expect(await read(under, ref)).toEqual(before);
  });

  test("in a namespace that is not there nothing is created", async () => {
    const { cluster } = await makeCluster();
    const metadata = { name: "create-homeless", namespace: "no-such-namespace" };
    const answer = await cluster.create({ apiVersion: "v1", kind: "ConfigMap", metadata }, { dryRun: false });
    expect(answer).toMatchObject({ ok: false, failure: { kind: "refused" } });
  });

  test("what is invalid is refused, and of a kind outside the table as well", async () => {
    const under = await makeCluster();
    const wrong = { ...configMap(under, "create-wrong", {}), data: { "a b": "c" } };
    expect(await under.cluster.create(wrong, { dryRun: false })).toMatchObject({ ok: false, failure: { kind: "refused" } });
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "create-secret", namespace: under.namespace } };
    expect(await under.cluster.create(secret, { dryRun: false })).toMatchObject({ ok: false, failure: { kind: "refused" } });
  });
}

export function removalClauses(makeCluster: Make): void {
  test("what was read is removed, and is gone for a second deletion", async () => {
    const under = await makeCluster();
    const ref = await made(under, configMap(under, "remove-plain", {}));
    const preconditions = await asRead(under, ref);
    expect(await under.cluster.remove(ref, preconditions, { dryRun: true })).toEqual({ ok: true, value: undefined });
    expect((await read(under, ref)).metadata.uid).toBe(preconditions.uid);
    expect(await under.cluster.remove(ref, preconditions, { dryRun: false })).toEqual({ ok: true, value: undefined });
    expect(await under.cluster.get(ref)).toEqual({ ok: true, value: undefined });
    expect(await under.cluster.remove(ref, preconditions, { dryRun: false })).toMatchObject({ ok: false, failure: { kind: "refused" } });
  });

  test.each([false, true])("another object of the name, and one that moved, are conflicts and stay (dry run: %s)", async (dryRun) => {
    const under = await makeCluster();
    const ref = await made(under, configMap(under, "remove-other", { LEVEL: "info" }));
    const first = await asRead(under, ref);
    const moved = await stored(under, ref, [{ op: "replace", path: "/data/LEVEL", value: "debug" }]);
    const { resourceVersion } = moved.metadata;
    for (const preconditions of [first, { uid: otherUid, resourceVersion }]) {
      const answer = await under.cluster.remove(ref, preconditions, { dryRun });
      expect(answer).toMatchObject({ ok: false, failure: { kind: "conflict" } });
    }
    expect(await read(under, ref)).toEqual(moved);
  });

  test("what has a finalizer is marked and stays until the finalizer goes", async () => {
    const under = await makeCluster();
    const metadata = { name: "remove-held", namespace: under.namespace, finalizers: ["stratus.dev/hold"] };
    const ref = await made(under, { apiVersion: "v1", kind: "ConfigMap", metadata });
    expect(await under.cluster.remove(ref, await asRead(under, ref), { dryRun: false })).toEqual({ ok: true, value: undefined });
    expect((await read(under, ref)).metadata.deletionTimestamp).toMatch(/^\d{4}-/);
    await stored(under, ref, [{ op: "remove", path: "/metadata/finalizers" }]);
    expect(await under.cluster.get(ref)).toEqual({ ok: true, value: undefined });
  });

  test("what it owns goes after it", async () => {
    const under = await makeCluster();
    const owner = await made(under, configMap(under, "remove-owner", {}));
    const { uid } = await asRead(under, owner);
    const ownerReferences = [{ apiVersion: "v1", kind: "ConfigMap", name: "remove-owner", uid }];
    const owned = await made(under, {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "remove-owned", namespace: under.namespace, ownerReferences },
    });
    await under.cluster.remove(owner, await asRead(under, owner), { dryRun: false });
    await until(under, "what is owned goes", async () => {
      const found = await under.cluster.get(owned);
      return found.ok && found.value === undefined;
    });
  });
}

export function evictionClauses(makeCluster: Make): void {
  test("a pod that nothing guards is ended", async () => {
    const under = await makeCluster();
    const ref = await running(under, "evict-plain");
    const preconditions = await asRead(under, ref);
    expect(await under.cluster.evict(ref, preconditions, { dryRun: true })).toEqual({ ok: true, value: undefined });
    expect((await read(under, ref)).metadata.deletionTimestamp).toBeUndefined();
    expect(await under.cluster.evict(ref, preconditions, { dryRun: false })).toEqual({ ok: true, value: undefined });
    const found = await under.cluster.get(ref);
    expect(found.ok && (found.value === undefined || found.value.metadata.deletionTimestamp !== undefined)).toBe(true);
  });

  test.each([false, true])("a budget that is spent keeps its pod, for now, and nothing has happened (dry run: %s)", async (dryRun) => {
    const under = await makeCluster();
    const ref = await running(under, "evict-guarded");
    await budget(under, "evict-guarded", "evict-guarded", 1);
    const before = await read(under, ref);
    const answer = await under.cluster.evict(ref, await asRead(under, ref), { dryRun });
    expect(answer).toMatchObject({ ok: false, failure: { kind: "unavailable", effect: "none" } });
    expect(!answer.ok && "reason" in answer.failure && answer.failure.reason).toContain("disruption budget");
    expect(await read(under, ref)).toEqual(before);
  });

  test("two budgets over one pod refuse for good", async () => {
    const under = await makeCluster();
    const ref = await running(under, "evict-twice");
    await budget(under, "evict-twice-a", "evict-twice", 0);
    await budget(under, "evict-twice-b", "evict-twice", 0);
    const answer = await under.cluster.evict(ref, await asRead(under, ref), { dryRun: false });
    expect(answer).toMatchObject({ ok: false, failure: { kind: "refused" } });
    expect((await read(under, ref)).metadata.deletionTimestamp).toBeUndefined();
  });

  test("another pod of the name, and one that moved, are conflicts and stay", async () => {
    const under = await makeCluster();
    const ref = await running(under, "evict-other");
    const { uid, resourceVersion } = await asRead(under, ref);
    await stored(under, ref, [{ op: "add", path: "/metadata/labels/seen", value: "yes" }]);
    const now = await asRead(under, ref);
    for (const preconditions of [
      { uid, resourceVersion },
      { uid: otherUid, resourceVersion: now.resourceVersion },
    ]) {
      const answer = await under.cluster.evict(ref, preconditions, { dryRun: false });
      expect(answer).toMatchObject({ ok: false, failure: { kind: "conflict" } });
    }
    expect((await read(under, ref)).metadata.deletionTimestamp).toBeUndefined();
  });

  test("a pod that is gone is refused", async () => {
    const { cluster, namespace } = await makeCluster();
    const ref = { kind: "Pod", namespace, name: "nowhere" };
    const answer = await cluster.evict(ref, { uid: otherUid, resourceVersion: "1" }, { dryRun: false });
    expect(answer).toMatchObject({ ok: false, failure: { kind: "refused" } });
  });
}

export function guestClauses(makeGuest: Make): void {
  test("who may evict pods may not delete them, nor create any", async () => {
    const { cluster, namespace } = await makeGuest();
    const ask = (verb: "create" | "delete", subresource?: "eviction") => cluster.allowed({ verb, kind: "Pod", namespace, subresource });
    expect(await ask("create", "eviction")).toEqual({ ok: true, value: true });
    expect(await ask("create")).toEqual({ ok: true, value: false });
    expect(await ask("delete")).toEqual({ ok: true, value: false });
  });

  test("what is not permitted is refused, and what is permitted is done", async () => {
    const under = await makeGuest();
    const ref = await running(under, "guest-pod");
    const preconditions = await asRead(under, ref);
    const denied = { ok: false, failure: { kind: "refused" } };
    expect(await under.cluster.remove(ref, preconditions, { dryRun: false })).toMatchObject(denied);
    expect(await under.cluster.create(configMap(under, "guest-map", {}), { dryRun: true })).toMatchObject(denied);
    expect(await under.cluster.evict(ref, preconditions, { dryRun: false })).toEqual({ ok: true, value: undefined });
  });
}
