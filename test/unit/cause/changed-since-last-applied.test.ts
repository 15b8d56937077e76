import { describe, expect, test } from "vitest";
import { describePath } from "../../../src/action/change.ts";
import { changedSinceLastApplied } from "../../../src/cause/changed-since-last-applied.ts";
import { driftOf } from "../../../src/cause/drift.ts";
import type { Evidence } from "../../../src/cause/cause.ts";
import type { KubernetesObject, Workload } from "../../../src/kubernetes/object.ts";
import {
  ago,
  applied,
  configMap,
  container,
  crashing,
  deployment,
  healthy,
  metadata,
  pod,
  replicaSet,
  service,
  template,
  together,
  turnedAway,
} from "../../support/evidence.ts";

const subject = (name: string, kind = "Deployment") => ({ subject: { kind, namespace: "shop", name } });
const paths = (object: KubernetesObject) =>
  driftOf(object)
    .filter((change) => !change.container)
    .map((change) => describePath(change.path));

/** A Deployment whose manifest was applied as given, and which is now as given. */
function appliedDeployment(manifest: object, spec: object): Workload {
  const base = deployment("stock", template("stock"));
  return {
    ...base,
    metadata: { ...base.metadata, annotations: applied({ kind: "Deployment", metadata: { name: "stock" }, spec: manifest }) },
    spec: { ...base.spec, ...spec },
  };
}

const manifestOf = (podSpec: object, more: object = {}) => ({
  template: { metadata: { labels: { app: "stock" } }, spec: podSpec },
  ...more,
});
const liveOf = (podSpec: object, more: object = {}) => ({
  template: {
    metadata: { labels: { app: "stock" } },
    spec: { dnsPolicy: "ClusterFirst", restartPolicy: "Always", schedulerName: "default-scheduler", securityContext: {}, ...podSpec },
  },
  ...more,
});
const plain = { name: "app", image: "shop:1" };

describe("the difference from the manifest last applied", () => {
  test("what the API server fills in is none", () => {
    const live = {
      ...plain,
      imagePullPolicy: "IfNotPresent",
      terminationMessagePath: "/dev/termination-log",
      ports: [{ containerPort: 80, protocol: "TCP" }],
      resources: { limits: { cpu: "1", memory: "64Mi" }, requests: { cpu: "1", memory: "64Mi" } },
      readinessProbe: { httpGet: { path: "/", port: 80, scheme: "HTTP" }, periodSeconds: 10, timeoutSeconds: 1, failureThreshold: 3 },
    };
    const manifest = {
      ...plain,
      ports: [{ containerPort: 80 }],
      resources: { limits: { cpu: "1000m", memory: "64Mi" } },
      readinessProbe: { httpGet: { path: "/", port: 80 } },
    };
    const strategy = { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "25%", maxSurge: "25%" } };
    const object = appliedDeployment(
      manifestOf({ containers: [manifest] }),
      liveOf({ containers: [live] }, { strategy, progressDeadlineSeconds: 600 }),
    );
    expect(paths(object)).toEqual([]);
  });

  test("nor is how many replicas there are", () => {
    expect(
      paths(appliedDeployment(manifestOf({ containers: [plain] }, { replicas: 1 }), liveOf({ containers: [plain] }, { replicas: 7 }))),
    ).toEqual([]);
  });

  test.each<[string, object, object, string[]]>([
    [
      "an init container that came",
      {},
      { initContainers: [{ name: "wait", image: "busybox" }] },
      ["spec.template.spec.initContainers[name=wait]"],
    ],
    ["a node selector that came", {}, { nodeSelector: { disk: "ssd" } }, ["spec.template.spec.nodeSelector.disk"]],
    [
      "another DNS policy",
      {},
      { dnsPolicy: "None", dnsConfig: { nameservers: ["192.0.2.1"] } },
      ["spec.template.spec.dnsConfig.nameservers", "spec.template.spec.dnsPolicy"],
    ],
    ["a second container", {}, { containers: [plain, { name: "side", image: "busybox" }] }, ["spec.template.spec.containers[name=side]"]],
    ["another image", {}, { containers: [{ ...plain, image: "shop:2" }] }, ["spec.template.spec.containers[name=app].image"]],
    ["a command that came", {}, { containers: [{ ...plain, command: ["/bin/no"] }] }, ["spec.template.spec.containers[name=app].command"]],
    [
      "a limit that was lowered",
      { containers: [{ ...plain, resources: { limits: { memory: "96Mi" } } }] },
      { containers: [{ ...plain, resources: { limits: { memory: "16Mi" }, requests: { memory: "8Mi" } } }] },
      [
        "spec.template.spec.containers[name=app].resources.limits.memory",
        "spec.template.spec.containers[name=app].resources.requests.memory",
      ],
    ],
    [
      "a variable that went",
      { containers: [{ ...plain, env: [{ name: "MODE", value: "a" }] }] },
      { containers: [plain] },
      ["spec.template.spec.containers[name=app].env[name=MODE]"],
    ],
  ])("%s is one", (_name, manifest, live, expected) => {
    expect(paths(appliedDeployment(manifestOf({ containers: [plain], ...manifest }), liveOf({ containers: [plain], ...live })))).toEqual(
      expected,
    );
  });

  test("a strategy that the manifest does not speak of was the API's default", () => {
    const strategy = { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "100%", maxSurge: 0 } };
    expect(paths(appliedDeployment(manifestOf({ containers: [plain] }), liveOf({ containers: [plain] }, { strategy })))).toEqual([
      "spec.strategy.rollingUpdate.maxSurge",
      "spec.strategy.rollingUpdate.maxUnavailable",
    ]);
  });

  test("an object without the annotation, or with that of another object, has none", () => {
    expect(paths(deployment("stock", template("stock")))).toEqual([]);
    const other = service(
      "stock",
      {},
      { annotations: applied({ kind: "Service", metadata: { name: "other" }, spec: { selector: { app: "x" } } }) },
    );
    expect(paths(other)).toEqual([]);
  });
});

const settings = (data: Record<string, string>) =>
  configMap("settings", data, applied({ kind: "ConfigMap", metadata: { name: "settings" }, data: { mode: "fast" } }));
const reader = template("stock", [container()], { volumes: [{ name: "config", configMap: { name: "settings" } }] });

/** Restarted since the ConfigMap changed, so that no earlier template differs. */
function crashingReader(): Partial<Evidence> {
  const owner = deployment("stock", reader);
  const set = replicaSet(owner, 1, reader, { replicas: 1, ready: 0 });
  return { deployments: [owner], replicaSets: [set], pods: [pod(set, "a", [crashing(1)])] };
}

const job = (containers: readonly object[]) => ({
  schedule: "* * * * *",
  jobTemplate: { spec: { template: { spec: { containers } } } },
});

describe("what changed since it was last applied", () => {
  test("a ConfigMap whose reader crashes gets its values back, and the reader restarts", () => {
    const [found, ...others] = changedSinceLastApplied.diagnose(
      together(crashingReader(), healthy("other", reader), { configMaps: [settings({ mode: "fsat", extra: "kept" })] }),
    );
    expect(others).toEqual([]);
    expect(found).toMatchObject({ component: { kind: "ConfigMap", name: "settings" }, confidence: 0.78 });
    expect(found?.evidence).toEqual(['ConfigMap shop/settings is not as it was last applied: "data.mode".']);
    expect(found?.remedies[0]?.actions).toEqual([
      {
        type: "patch",
        target: { kind: "ConfigMap", namespace: "shop", name: "settings" },
        operations: [{ op: "replace", path: "/data/mode", value: "fast" }],
      },
      // The other reader is well, and is left alone.
      { type: "restart", target: { kind: "Deployment", namespace: "shop", name: "stock" } },
    ]);
  });

  test("the same difference, and all its readers well: a deployment by hand, and no cause", () => {
    expect(changedSinceLastApplied.diagnose(together(healthy("stock", reader), { configMaps: [settings({ mode: "slow" })] }))).toEqual([]);
  });

  test("unless it was made lately and the alert is about what reads it", () => {
    const late = {
      ...settings({ mode: "slow" }),
      metadata: {
        ...settings({ mode: "slow" }).metadata,
        managedFields: [{ manager: "kubectl-edit", operation: "Update", time: ago(300) }],
      },
    };
    const [found] = changedSinceLastApplied.diagnose(together(healthy("stock", reader), { configMaps: [late] }, subject("stock")));
    expect(found).toMatchObject({
      confidence: 0.5,
      evidence: ['ConfigMap shop/settings is not as it was last applied: "data.mode", last written by "kubectl-edit".'],
    });
  });

  test("what another incident mended is no suspect; what this incident undid is", () => {
    const ours = (secondsAgo: number) => {
      const object = service(
        "stock",
        { selector: { app: "stock" } },
        { annotations: applied({ kind: "Service", metadata: { name: "stock" }, spec: { selector: { app: "stok" } } }) },
      );
      return {
        ...object,
        metadata: { ...object.metadata, managedFields: [{ manager: "stratus", operation: "Update", time: ago(secondsAgo) }] },
      };
    };
    const found = (secondsAgo: number, more: Partial<Evidence>) =>
      changedSinceLastApplied
        .diagnose(together(healthy("stock"), { services: [ours(secondsAgo)] }, subject("stock", "Service"), more))
        .map(({ component }) => component.kind);
    expect(found(300, {})).toEqual([]);
    expect(found(300, { actedSinceMs: Date.parse(ago(100)) })).toEqual([]);
    expect(found(50, { actedSinceMs: Date.parse(ago(100)) })).toEqual(["Service"]);
  });

  test("a workload that fails gets back what was applied: first without its image, which may have been deployed by hand", () => {
    const owner = appliedDeployment(
      manifestOf({ containers: [plain] }),
      liveOf({ containers: [{ ...plain, image: "shop:2", args: ["--wrong"] }] }),
    );
    const set = replicaSet(owner, 1, owner.spec.template, { replicas: 1, ready: 0 });
    const [found] = changedSinceLastApplied.diagnose(
      together({ deployments: [owner], replicaSets: [set], pods: [pod(set, "a", [crashing(1)])] }),
    );
    expect(found?.remedies.map(({ actions }) => actions)).toEqual([
      [
        {
          type: "patch",
          target: { kind: "Deployment", namespace: "shop", name: "stock" },
          operations: [{ op: "remove", path: "/spec/template/spec/containers/0/args" }],
        },
      ],
      [
        {
          type: "patch",
          target: { kind: "Deployment", namespace: "shop", name: "stock" },
          operations: [
            { op: "remove", path: "/spec/template/spec/containers/0/args" },
            { op: "replace", path: "/spec/template/spec/containers/0/image", value: "shop:1" },
          ],
        },
      ],
    ]);
  });

  test("a healthy workload that runs another image than was applied is nobody's fault", () => {
    const owner = appliedDeployment(manifestOf({ containers: [plain] }), liveOf({ containers: [{ ...plain, image: "shop:2" }] }));
    const set = replicaSet(owner, 1, owner.spec.template, { replicas: 2, ready: 2 });
    expect(
      changedSinceLastApplied.diagnose(together({ deployments: [owner], replicaSets: [set], pods: [pod(set, "a")] }, subject("stock"))),
    ).toEqual([]);
  });

  test("a CronJob that the alert names gets rid of the container that came", () => {
    const report = { name: "report", image: "busybox" };
    const cronJob = {
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata: metadata("CronJob", "nightly", {
        annotations: applied({ kind: "CronJob", metadata: { name: "nightly" }, spec: job([report]) }),
      }),
      spec: { ...job([report, { name: "shipper", image: "busybox" }]), concurrencyPolicy: "Forbid", suspend: false },
    };
    const found = changedSinceLastApplied.diagnose(together({ listed: { CronJob: [cronJob] } }, subject("nightly", "Job")));
    expect(found[0]?.remedies[0]?.actions).toEqual([
      {
        type: "patch",
        target: { kind: "CronJob", namespace: "shop", name: "nightly" },
        operations: [{ op: "remove", path: "/spec/jobTemplate/spec/template/spec/containers/1" }],
      },
    ]);
    expect(changedSinceLastApplied.diagnose(together({ listed: { CronJob: [cronJob] } }, subject("other")))).toEqual([]);
  });

  /** As it was applied, and as it is now. */
  const drifted = (kind: string, name: string, before: object, now: object): KubernetesObject =>
    ({
      apiVersion: "v1",
      kind,
      metadata: metadata(kind, name, { annotations: applied({ kind, metadata: { name }, spec: before }) }),
      spec: now,
    }) as KubernetesObject;

  test("a LimitRange that turns pods away gets its bounds back, and what waits for pods starts anew", () => {
    const limits = (memory: string) => ({ limits: [{ type: "Container", max: { memory } }] });
    const range = drifted("LimitRange", "bounds", limits("1Gi"), limits("32Mi"));
    const refusal = 'pods "api-x" is forbidden: maximum memory usage per Container is 32Mi, but limit is 64Mi';
    const [found] = changedSinceLastApplied.diagnose(
      together(turnedAway("api", template("api"), refusal), { listed: { LimitRange: [range] } }),
    );
    expect(found).toMatchObject({ component: { kind: "LimitRange", name: "bounds" }, confidence: 0.88 });
    expect(found?.remedies[0]?.actions).toEqual([
      {
        type: "patch",
        target: { kind: "LimitRange", namespace: "shop", name: "bounds" },
        operations: [{ op: "replace", path: "/spec/limits", value: limits("1Gi").limits }],
      },
      { type: "restart", target: { kind: "Deployment", namespace: "shop", name: "api" } },
    ]);
    expect(changedSinceLastApplied.diagnose(together(healthy("api"), { listed: { LimitRange: [range] } }))).toEqual([]);
  });

  test("a PodDisruptionBudget only where the alert is about it", () => {
    const budget = drifted("PodDisruptionBudget", "web", { minAvailable: 1 }, { minAvailable: 2 });
    const found = (name: string) =>
      changedSinceLastApplied
        .diagnose(together(healthy("web"), { listed: { PodDisruptionBudget: [budget] } }, subject(name, "PodDisruptionBudget")))
        .map(({ component, remedies }) => ({ component: component.name, actions: remedies[0]?.actions }));
    expect(found("web")).toMatchObject([
      { component: "web", actions: [{ operations: [{ op: "replace", path: "/spec/minAvailable", value: 1 }] }] },
    ]);
    expect(found("other")).toEqual([]);
  });
});
