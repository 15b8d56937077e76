import { describe, expect, test } from "vitest";
import { imageCannotBePulled } from "../../../src/cause/image-cannot-be-pulled.ts";
import {
  ago,
  applied,
  container,
  deployment,
  evidence,
  healthy,
  metadata,
  pod,
  replicaSet,
  running,
  stuckRollout,
  stuckSet,
  template,
  together,
  waiting,
} from "../../support/evidence.ts";

const good = template("catalog");
const bad = template("catalog", [container({ image: "ghcr.io/stefanprodan/podinfo:9.9.9" })]);
const message = 'Back-off pulling image "ghcr.io/stefanprodan/podinfo:9.9.9"';
const catalog = { kind: "Deployment", namespace: "shop", name: "catalog" };
const rollback = (toRevision: number) => [{ type: "rollback", target: catalog, toRevision }];

const withInit = (image: string) => template("catalog", [container()], { initContainers: [{ name: "migrate", image }] });

describe("an image that cannot be pulled", () => {
  test.each(["ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull"])(
    "%s in the newest template is answered with a rollback, then with the old image alone",
    (reason) => {
      const [found, ...others] = imageCannotBePulled.diagnose(
        together(stuckRollout("catalog", { old: good, now: bad, status: waiting(reason, message) })),
      );
      expect(others).toEqual([]);
      expect(found).toEqual({
        cause: "image-cannot-be-pulled",
        component: catalog,
        confidence: 0.95,
        evidence: [
          `Pod catalog-r2-c of Deployment shop/catalog could not pull an image: container app, image "ghcr.io/stefanprodan/podinfo:9.9.9", ${reason}.`,
          'The template of Deployment shop/catalog differs from revision 1 in "container app: image".',
          "Of revision 1, 2 pods are still ready.",
        ],
        remedies: [
          { intent: "Roll Deployment shop/catalog back to revision 1, of which 2 pods are ready now.", actions: rollback(1) },
          {
            intent: 'Put back only what changed in Deployment shop/catalog: "container app: image".',
            actions: [
              {
                type: "patch",
                target: catalog,
                operations: [
                  { op: "replace", path: "/spec/template/spec/containers/0/image", value: "ghcr.io/stefanprodan/podinfo:6.7.1" },
                ],
              },
            ],
          },
        ],
      });
    },
  );

  test("nothing is found once the pod runs", () => {
    const cured = stuckRollout("catalog", { old: good, now: bad, status: running() });
    expect(imageCannotBePulled.diagnose(together(cured))).toEqual([]);
  });

  test.each(["ContainerCreating", "PodInitializing", "CrashLoopBackOff"])("%s is no image that cannot be pulled", (reason) => {
    const starting = stuckRollout("catalog", { old: good, now: bad, status: waiting(reason) });
    expect(imageCannotBePulled.diagnose(together(starting))).toEqual([]);
  });

  test("a pod of the older template that cannot pull does not blame the newest", () => {
    const owner = deployment("catalog", bad);
    const old = replicaSet(owner, 1, good, { replicas: 1, ready: 0 });
    const now = replicaSet(owner, 2, bad, { replicas: 2, ready: 2 });
    const pods = [pod(old, "a", [waiting("ImagePullBackOff", message)]), pod(now, "b"), pod(now, "c")];
    expect(imageCannotBePulled.diagnose(evidence({ deployments: [owner], replicaSets: [old, now], pods }))).toEqual([]);
  });

  test("of several earlier revisions the one with ready pods comes first, and one with the same image is no way back", () => {
    const owner = deployment("catalog", bad);
    const sets = [
      replicaSet(owner, 3, template("catalog", [container({ image: "podinfo:6.6.0" })]), { replicas: 2, ready: 2 }),
      replicaSet(owner, 4, good, { replicas: 0, ready: 0 }),
      replicaSet(owner, 5, template("catalog", [container({ image: "ghcr.io/stefanprodan/podinfo:9.9.9", args: ["--x"] })]), {
        replicas: 0,
        ready: 0,
      }),
      replicaSet(owner, 6, bad, { replicas: 1, ready: 0 }),
    ];
    const pods = sets.slice(3).map((set) => pod(set, "z", [waiting("ImagePullBackOff", message)]));
    const [found] = imageCannotBePulled.diagnose(evidence({ deployments: [owner], replicaSets: sets, pods }));
    expect(found?.remedies.map(({ actions }) => actions[0])).toEqual([
      { type: "rollback", target: catalog, toRevision: 3 },
      {
        type: "patch",
        target: catalog,
        operations: [{ op: "replace", path: "/spec/template/spec/containers/0/image", value: "podinfo:6.6.0" }],
      },
      { type: "rollback", target: catalog, toRevision: 4 },
    ]);
  });

  test("an earlier revision whose own pods are all broken is tried after one that has none", () => {
    const owner = deployment("catalog", bad);
    const sets = [
      replicaSet(owner, 1, good, { replicas: 0, ready: 0 }),
      replicaSet(owner, 2, template("catalog", [container({ image: "podinfo:8.8.8" })]), { replicas: 1, ready: 0 }),
      replicaSet(owner, 3, bad, { replicas: 1, ready: 0 }),
    ];
    const pods = sets.slice(2).map((set) => pod(set, "z", [waiting("ImagePullBackOff", message)]));
    const [found] = imageCannotBePulled.diagnose(evidence({ deployments: [owner], replicaSets: sets, pods }));
    expect(found?.confidence).toBe(0.9);
    expect(found?.remedies[0]?.actions).toEqual(rollback(1));
  });

  test("with another pod of the template ready the template is less suspected", () => {
    const owner = deployment("catalog", bad);
    const sets = [replicaSet(owner, 1, good, { replicas: 0, ready: 0 }), replicaSet(owner, 2, bad, { replicas: 2, ready: 1 })];
    const pods = sets.slice(1).flatMap((set) => [pod(set, "y"), pod(set, "z", [waiting("ImagePullBackOff", message)])]);
    const [found] = imageCannotBePulled.diagnose(evidence({ deployments: [owner], replicaSets: sets, pods }));
    expect(found?.confidence).toBeCloseTo(0.54);
  });

  test("a paused Deployment gets no remedy, because nothing would be rolled out", () => {
    const stuck = stuckRollout("catalog", { old: good, now: bad, status: waiting("ImagePullBackOff", message) });
    const paused = stuck.deployments?.map((one) => ({ ...one, spec: { ...one.spec, paused: true } })) ?? [];
    const [found] = imageCannotBePulled.diagnose(together({ ...stuck, deployments: paused }));
    expect(found?.remedies).toEqual([]);
    expect(found?.evidence.at(-1)).toBe("Rollouts of Deployment shop/catalog are paused, so that a change of its template has no effect.");
  });

  test("without a revision before it, the image that was last applied is put back", () => {
    const manifest = {
      kind: "Deployment",
      metadata: { name: "catalog" },
      spec: { template: { spec: { containers: [{ name: "app", image: "ghcr.io/stefanprodan/podinfo:6.7.1" }] } } },
    };
    const owner = deployment("catalog", bad, {}, { annotations: applied(manifest) });
    const set = replicaSet(owner, 1, bad, { replicas: 2, ready: 0 });
    const pods = [pod(set, "a", [waiting("ErrImagePull", message)])];
    const [found] = imageCannotBePulled.diagnose(evidence({ deployments: [owner], replicaSets: [set], pods }));
    expect(found?.confidence).toBe(0.8);
    expect(found?.remedies[0]?.actions).toEqual([
      {
        type: "patch",
        target: catalog,
        operations: [{ op: "replace", path: "/spec/template/spec/containers/0/image", value: "ghcr.io/stefanprodan/podinfo:6.7.1" }],
      },
    ]);
  });

  test("without any earlier image it is a diagnosis without a remedy", () => {
    const owner = deployment("catalog", bad);
    const set = replicaSet(owner, 1, bad, { replicas: 2, ready: 0 });
    const [found] = imageCannotBePulled.diagnose(
      evidence({ deployments: [owner], replicaSets: [set], pods: [pod(set, "a", [waiting("ErrImagePull", message)])] }),
    );
    expect(found).toMatchObject({ confidence: 0.6, remedies: [] });
  });

  test.each([
    ["a dot is missing", "ghcr.io/stefanprodan/podinfo:6.71", "ghcr.io/stefanprodan/podinfo:6.7.1"],
    ["letters changed places", "ghcr.io/stefanprodan/podnifo:6.7.1", "ghcr.io/stefanprodan/podinfo:6.7.1"],
    ["another version was asked for", "ghcr.io/stefanprodan/podinfo:6.7.2", undefined],
  ])("%s: what runs here and is written nearly the same is meant, unless a digit says otherwise", (_name, image, meant) => {
    const typo = template("catalog", [container({ image })]);
    const owner = deployment("catalog", typo);
    const set = replicaSet(owner, 1, typo, { replicas: 2, ready: 0 });
    const [found] = imageCannotBePulled.diagnose(
      together({ deployments: [owner], replicaSets: [set], pods: [pod(set, "a", [waiting("ErrImagePull", message)])] }, healthy("stock")),
    );
    expect(found?.remedies.flatMap(({ actions }) => actions)).toEqual(
      meant === undefined
        ? []
        : [
            {
              type: "patch",
              target: catalog,
              operations: [{ op: "replace", path: "/spec/template/spec/containers/0/image", value: meant }],
            },
          ],
    );
  });

  test("a StatefulSet gets the image back that its other pod still runs", () => {
    const deployed = deployment("orders-db", bad);
    const set = {
      ...deployed,
      kind: "StatefulSet",
      metadata: metadata("StatefulSet", "orders-db"),
      status: { updateRevision: "orders-db-2" },
    };
    const before = { ...set, spec: { ...set.spec, template: good } };
    const pods = [
      pod(before, "0", [running()], {}, { labels: { app: "orders-db", "controller-revision-hash": "orders-db-1" } }),
      pod(
        set,
        "1",
        [waiting("ImagePullBackOff", message)],
        {},
        { labels: { app: "orders-db", "controller-revision-hash": "orders-db-2" } },
      ),
    ];
    const [found] = imageCannotBePulled.diagnose(evidence({ statefulSets: [set], pods }));
    expect(found?.component).toEqual({ kind: "StatefulSet", namespace: "shop", name: "orders-db" });
    expect(found?.remedies[0]?.actions).toEqual([
      {
        type: "patch",
        target: { kind: "StatefulSet", namespace: "shop", name: "orders-db" },
        operations: [{ op: "replace", path: "/spec/template/spec/containers/0/image", value: "ghcr.io/stefanprodan/podinfo:6.7.1" }],
      },
      { type: "evict", target: { kind: "Pod", namespace: "shop", name: "orders-db-1" } },
    ]);
  });

  test.each(["StatefulSet", "DaemonSet"] as const)("a %s goes back to its earlier ControllerRevision", (kind) => {
    const [found] = imageCannotBePulled.diagnose(
      together(stuckSet(kind, "orders-db", { old: good, now: bad, status: waiting("ImagePullBackOff", message) })),
    );
    expect(found).toMatchObject({ component: { kind, name: "orders-db" }, confidence: 0.95 });
    expect(found?.remedies[0]?.actions).toEqual([
      { type: "rollback", target: { kind, namespace: "shop", name: "orders-db" }, toRevision: 1 },
      // A StatefulSet would wait for ever for the pod that the bad template broke.
      ...(kind === "StatefulSet" ? [{ type: "evict", target: { kind: "Pod", namespace: "shop", name: "orders-db-1" } }] : []),
    ]);
  });

  test("a DaemonSet's pod that still waits for an image that the template no longer has is on its way out", () => {
    const set = { ...deployment("node-agent", good), kind: "DaemonSet", metadata: metadata("DaemonSet", "node-agent") };
    const before = { ...set, spec: { ...set.spec, template: bad } };
    const pods = [pod(before, "x", [waiting("ImagePullBackOff", message)])];
    expect(imageCannotBePulled.diagnose(evidence({ daemonSets: [set], pods }))).toEqual([]);
  });

  test("an init container is found at its own place", () => {
    const stuck = stuckRollout("catalog", { old: withInit("migrate:1"), now: withInit("migrate:2"), status: waiting("PodInitializing") });
    const pods = stuck.pods?.map((one) =>
      one.metadata.name === "catalog-r2-c"
        ? { ...one, status: { ...one.status, initContainerStatuses: [waiting("ImagePullBackOff", "", { name: "migrate" })] } }
        : one,
    );
    const [found] = imageCannotBePulled.diagnose(together({ ...stuck, pods: pods ?? [] }));
    expect(found?.remedies[1]?.actions).toEqual([
      {
        type: "patch",
        target: catalog,
        operations: [{ op: "replace", path: "/spec/template/spec/initContainers/0/image", value: "migrate:1" }],
      },
    ]);
  });

  test("a pod that is being deleted, a finished one and a Job's pod do not count", () => {
    const stuck = stuckRollout("catalog", { old: good, now: bad, status: waiting("ImagePullBackOff", message) });
    const pods = (stuck.pods ?? []).map((one) => ({ ...one, metadata: { ...one.metadata, deletionTimestamp: ago(5) } }));
    const job = { ...deployment("report", bad), kind: "Job", metadata: metadata("Job", "report") };
    const jobPod = pod(job, "x", [waiting("ImagePullBackOff", message)]);
    expect(imageCannotBePulled.diagnose(together({ ...stuck, pods }, healthy("stock"), { pods: [jobPod] }))).toEqual([]);
  });
});
