/** The part of the cluster's contract about controllers: what they make of a change, and what they wait for. */
import { expect, test } from "vitest";
import type { JsonObject } from "../../src/kubernetes/json.ts";
import { refOf } from "../../src/kubernetes/object.ts";
import type { KubernetesObject, Node, ObjectRef } from "../../src/kubernetes/object.ts";
import { asRead, budget, deployment, made, read, readAtRest, running, stored, until, valueIn } from "./cluster-fixture.ts";
import type { ClusterUnderTest, Make } from "./cluster-fixture.ts";

export function controllerClauses(makeCluster: Make): void {
  const image = "/spec/template/spec/containers/0/image";

  test("restoring a Deployment's template by JSON Patch reuses the old ReplicaSet; only the revision moves on", async () => {
    const under = await makeCluster();
    const ref = await made(under, deployment(under, "control-template"));
    await readAtRest(under, ref);
    const [first] = await replicaSets(under);
    await stored(under, ref, [{ op: "replace", path: image, value: "registry.example/app:2" }]);
    await readAtRest(under, ref);
    expect(await replicaSets(under)).toEqual([first, ["2", expect.any(String)]]);
    await stored(under, ref, [{ op: "replace", path: image, value: "registry.example/app:1" }]);
    const after = await readAtRest(under, ref);
    expect(await replicaSets(under)).toEqual([
      ["2", expect.any(String)],
      ["3", first?.[1]],
    ]);
    expect(after.metadata.annotations?.["deployment.kubernetes.io/revision"]).toBe("3");
    expect(after.metadata.generation).toBe(3);
  });

  test("a pod that is evicted is made anew by its ReplicaSet", async () => {
    const under = await makeCluster();
    await made(under, withReplicas(deployment(under, "control-evicted")));
    const first = await podOf(under, "control-evicted");
    await under.cluster.evict(first.ref, await asRead(under, first.ref), { dryRun: false });
    await until(under, "another pod is there", async () => (await podOf(under, "control-evicted")).uid !== first.uid);
  });

  test("a StatefulSet waits for the pod that its template broke, also when the template is put back, until that pod goes", async () => {
    const under = await makeCluster();
    const broken = statefulSet(under, "control-stuck", { "stratus.dev/nowhere": "yes" });
    const ref = await made(under, broken);
    const pod = { kind: "Pod", namespace: under.namespace, name: "control-stuck-0" };
    await until(under, "its pod is there", () => exists(under, pod));
    const first = await asRead(under, pod);
    await stored(under, ref, [{ op: "remove", path: "/spec/template/spec/nodeSelector" }]);
    await readAtRest(under, ref);
    expect((await read(under, pod)).metadata.uid).toBe(first.uid);
    await under.cluster.evict(pod, await asRead(under, pod), { dryRun: false });
    await until(
      under,
      "a pod of the new template is there",
      async () => (await exists(under, pod)) && (await read(under, pod)).metadata.uid !== first.uid,
    );
    expect(valueIn(await read(under, pod), "/spec/nodeSelector")).toBeUndefined();
  });

  test("a quota that is used up keeps pods from being made, and the Deployment says so", async () => {
    const under = await makeCluster();
    const metadata = { name: "control-quota", namespace: under.namespace };
    const quota = await made(under, { apiVersion: "v1", kind: "ResourceQuota", metadata, spec: { hard: { "count/pods": "0" } } });
    await until(under, "the quota is counted", async () => valueIn(await read(under, quota), "/status/hard") !== undefined);
    const ref = await made(under, withReplicas(deployment(under, "control-quota")));
    await until(under, "it says so", async () => conditionOf(await read(under, ref), "ReplicaFailure") !== undefined);
    expect(conditionOf(await read(under, ref), "ReplicaFailure")).toMatchObject({
      status: "True",
      reason: "FailedCreate",
      message: expect.stringMatching(
        /is forbidden: exceeded quota: control-quota, requested: count\/pods=1, used: count\/pods=\d+, limited: count\/pods=0$/,
      ),
    });
  });

  test("a cordoned node is tainted as long as it is cordoned", async () => {
    const under = await makeCluster();
    const ref = await made(under, { apiVersion: "v1", kind: "Node", metadata: { name: "control-node" }, spec: {} });
    const tainted = async (): Promise<boolean> =>
      ((await read(under, ref)) as Node).spec.taints?.some(
        ({ key, effect }) => key === "node.kubernetes.io/unschedulable" && effect === "NoSchedule",
      ) === true;
    await stored(under, ref, [{ op: "add", path: "/spec/unschedulable", value: true }]);
    await until(under, "the taint is there", tainted);
    await stored(under, ref, [{ op: "remove", path: "/spec/unschedulable" }]);
    await until(under, "the taint is gone", async () => !(await tainted()));
  });

  test("an autoscaler without metrics keeps its target within its bounds, and leaves one without replicas alone", async () => {
    const under = await makeCluster();
    const ref = await made(under, deployment(under, "control-scaled"));
    const metadata = { name: "control-scaled", namespace: under.namespace };
    const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: "control-scaled" };
    const spec = { scaleTargetRef, minReplicas: 2, maxReplicas: 3 };
    const autoscaler = await made(under, { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", metadata, spec });
    await until(
      under,
      "it is looked at",
      async () => conditionOf(await read(under, autoscaler), "ScalingActive")?.["reason"] === "ScalingDisabled",
    );
    const replicas = async (): Promise<unknown> => valueIn(await read(under, ref), "/spec/replicas");
    expect(await replicas()).toBe(0);
    for (const [given, kept] of [
      [1, 2],
      [9, 3],
    ]) {
      await stored(under, ref, [{ op: "replace", path: "/spec/replicas", value: given ?? 0 }]);
      await until(under, `${given} replicas become ${kept}`, async () => (await replicas()) === kept);
    }
  });

  test("a budget says how many of its pods may go", async () => {
    const under = await makeCluster();
    await running(under, "control-budget");
    const kept = await budget(under, "control-kept", "control-budget", 1);
    const free = await budget(under, "control-free", "control-budget", 0);
    const status = { expectedPods: 1, currentHealthy: 1 };
    expect(valueIn(await read(under, kept), "/status")).toMatchObject({ ...status, desiredHealthy: 1, disruptionsAllowed: 0 });
    expect(valueIn(await read(under, free), "/status")).toMatchObject({ ...status, desiredHealthy: 0, disruptionsAllowed: 1 });
  });
}

function withReplicas(workload: JsonObject): JsonObject {
  return { ...workload, spec: { ...(workload["spec"] as JsonObject), replicas: 1 } };
}

function statefulSet(under: ClusterUnderTest, name: string, nodeSelector: JsonObject): JsonObject {
  const { apiVersion, metadata, spec } = withReplicas(deployment(under, name)) as { [key: string]: JsonObject };
  const template = (spec?.["template"] ?? {}) as JsonObject;
  const podSpec = { ...(template["spec"] as JsonObject), nodeSelector };
  return {
    apiVersion: apiVersion ?? "apps/v1",
    kind: "StatefulSet",
    metadata: metadata ?? {},
    spec: { ...spec, serviceName: name, template: { ...template, spec: podSpec } },
  };
}

/** The pod with the label `app` of this name that is not ending; waits until there is one. */
async function podOf(under: ClusterUnderTest, app: string): Promise<{ readonly ref: ObjectRef; readonly uid: string }> {
  let found: KubernetesObject | undefined;
  await until(under, `a pod of ${app} is there`, async () => {
    const pods = await under.cluster.list("Pod", under.namespace);
    found = (pods.ok ? pods.value : []).find(
      ({ metadata }) => metadata.labels?.["app"] === app && metadata.deletionTimestamp === undefined,
    );
    return found !== undefined;
  });
  if (found === undefined) throw new Error(`no pod of ${app} is there`);
  return { ref: refOf(found), uid: found.metadata.uid };
}

async function exists(under: ClusterUnderTest, ref: ObjectRef): Promise<boolean> {
  const found = await under.cluster.get(ref);
  return found.ok && found.value !== undefined;
}

function conditionOf(object: KubernetesObject, type: string): JsonObject | undefined {
  const conditions = valueIn(object, "/status/conditions");
  return Array.isArray(conditions) ? (conditions as readonly JsonObject[]).find((condition) => condition["type"] === type) : undefined;
}

/** Revision and hash of each ReplicaSet of `control-template`, in order of revision. */
async function replicaSets(under: ClusterUnderTest): Promise<readonly (readonly [string | undefined, string | undefined])[]> {
  const listed = await under.cluster.list("ReplicaSet", under.namespace);
  const ours = listed.ok ? listed.value.filter((set) => set.metadata.ownerReferences?.[0]?.name === "control-template") : [];
  const revision = "deployment.kubernetes.io/revision";
  return ours
    .map((set) => [set.metadata.annotations?.[revision], set.metadata.labels?.["pod-template-hash"]] as const)
    .toSorted((left, right) => Number(left[0]) - Number(right[0]));
}
