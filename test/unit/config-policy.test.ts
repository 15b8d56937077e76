import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { defaultPolicy } from "../../src/action/policy.ts";
import type { Policy } from "../../src/action/policy.ts";
import { defaultWritable } from "../../src/action/writable.ts";
import { readConfig } from "../../src/config.ts";
import type { Environment } from "../../src/config.ts";

const secret = { STRATUS_WEBHOOK_SECRET: "correct horse battery" };

function problems(environment: Environment): readonly string[] {
  const config = readConfig({ ...secret, ...environment });
  return config.ok ? [] : config.failure.reason.split("\n");
}

function policies(environment: Environment): readonly Policy[] {
  const config = readConfig({ ...secret, ...environment });
  if (!config.ok) throw new Error(config.failure.reason);
  return config.value.clusters.map(({ policy }) => policy);
}

const whole = `
modes: { default: observe, namespaces: { shop: auto }, clusterScoped: approve }
protected: [payments]
writable:               # replaces the default of that kind
  Deployment: { paths: [/spec/template/spec/containers/*/image], create: false, delete: false }
  ConfigMap: { delete: true }
  ResourceQuota: false
  ValidatingWebhookConfiguration: { paths: [/webhooks/*/failurePolicy], delete: true }
custom:
  VirtualService: { apiVersion: networking.istio.io/v1, plural: virtualservices, namespaced: true, paths: [/spec/http/**] }
  GatewayClass: { apiVersion: gateway.networking.k8s.io/v1, plural: gatewayclasses, namespaced: false, delete: true }
blast: { targets: 3, replicas: 20 }
argoCd: write
`;
const written: Policy = {
  defaultMode: "observe",
  modeByNamespace: { shop: "auto" },
  clusterScopedMode: "approve",
  protectedNamespaces: ["payments"],
  actionsPerPlanMax: 20,
  writable: {
    ...Object.fromEntries(Object.entries(defaultWritable).filter(([kind]) => kind !== "ResourceQuota")),
    Deployment: { paths: ["/spec/template/spec/containers/*/image"], create: false, delete: false },
    ConfigMap: { paths: ["/data/*"], create: true, delete: true },
    ValidatingWebhookConfiguration: { paths: ["/webhooks/*/failurePolicy"], create: false, delete: true },
    VirtualService: { paths: ["/spec/http/**"], create: false, delete: false },
    GatewayClass: { paths: [], create: false, delete: true },
  },
  customKinds: {
    VirtualService: { apiVersion: "networking.istio.io/v1", plural: "virtualservices", namespaced: true },
    GatewayClass: { apiVersion: "gateway.networking.k8s.io/v1", plural: "gatewayclasses", namespaced: false },
  },
  blast: { targetsMax: 3, replicasMax: 20, readyShareMax: 0.5 },
  argoCd: "write",
};

describe("a policy", () => {
  test("is as it comes when nothing is said", () => {
    expect(policies({})).toEqual([defaultPolicy]);
  });

  test.each(["", "{}", "# nothing yet", "writable: {}\nmodes: {}\ncustom: {}"])("%j says nothing", (text) => {
    expect(policies({ STRATUS_POLICY: text })).toEqual([defaultPolicy]);
  });

  test("is read from YAML; what is left out stays as it is", () => {
    expect(policies({ STRATUS_POLICY: whole })).toEqual([written]);
  });

  test("is read from JSON just as well", () => {
    expect(policies({ STRATUS_POLICY: JSON.stringify({ protected: ["payments"], blast: { readyShare: 1 } }) })).toEqual([
      { ...defaultPolicy, protectedNamespaces: ["payments"], blast: { targetsMax: 5, replicasMax: 50, readyShareMax: 1 } },
    ]);
  });
});

test("the policy that the README shows is one", () => {
  const readme = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");
  const text = /```yaml\n(modes:[^`]*)```/.exec(readme)?.[1] ?? "";
  expect(policies({ STRATUS_POLICY: text })).toMatchObject([
    { modeByNamespace: { shop: "auto" }, writable: { ConfigMap: { delete: true }, VirtualService: { paths: ["/spec/http/**"] } } },
  ]);
});

const never = "no undo brings back";

describe("mistakes in a policy", () => {
  test.each<readonly [string, readonly string[]]>([
    ["writeable: {}", ["there is no writeable here, but modes, protected, writable, custom, blast, argoCd"]],
    ["modes: { default: automatic }", ["modes.default: must be observe, approve or auto"]],
    ["modes: { namespaces: { shop: yes } }", ["modes.namespaces.shop: must be observe, approve or auto"]],
    ["modes: { namespaces: { Shop: auto } }", ["modes.namespaces.Shop: Shop is no name of a namespace"]],
    ["modes: auto", ["modes: must be a map of default, namespaces and clusterScoped"]],
    ["protected: payments", ["protected: must be a list of namespaces"]],
    ["blast: { targets: 0, readyShare: 50 }", ["blast.targets: must be at least 1", "blast.readyShare: must be at most 1"]],
    ["blast: { replicas: 1.5 }", ["blast.replicas: must be a whole number from 0 to 10000"]],
    ["argoCd: yes", ["argoCd: must be refuse or write"]],
    ["[1]", ["must be a map: modes, protected, writable, custom, blast, argoCd"]],
    ["auto", ["must be a map: modes, protected, writable, custom, blast, argoCd"]],
    ["writable: [Deployment]", ["writable: must be a map from kinds to what may be written"]],
    ["writable: { Deployment: true }", ["writable.Deployment: must be false, or a map of paths, create and delete"]],
    ["writable: { Deployment: { path: [/spec] } }", ["writable.Deployment: there is no path here, but paths, create, delete"]],
    ["writable: { Deployment: { paths: /spec } }", ["writable.Deployment.paths: must be a list of paths"]],
    ["writable: { Deployment: { create: maybe } }", ["writable.Deployment.create: must be true or false"]],
    ["writable: { VirtualService: {} }", ["writable: VirtualService is no kind that Stratus knows: custom resources belong under custom"]],
    ["custom: { virtualservice: {} }", ["custom.virtualservice: must be a kind like VirtualService"]],
    ["custom: { Task: { plural: tasks } }", ["custom.Task.apiVersion: must be a group and a version, like networking.istio.io/v1"]],
    ["custom: { Task: { apiVersion: x.dev/v1 } }", ["custom.Task.plural: must be the name in the API's paths, like virtualservices"]],
  ])("%s", (text, told) => {
    expect(problems({ STRATUS_POLICY: text })).toEqual(told.map((line) => `STRATUS_POLICY ${line}`));
  });

  test.each<readonly [string, string]>([
    ["spec/selector", "must begin with a slash"],
    ["/spec//selector", "has an empty name in it"],
    ["/", "has an empty name in it"],
    ["/spec/", "has an empty name in it"],
    ["/spec/**/image", "may have * in place of one name, and ** at its end for all below"],
    ["/spec/sel*", "may have * in place of one name, and ** at its end for all below"],
    ["/metadata/labels/a~b", "must have ~1 for a slash within a name, and ~0 for ~"],
    ["/spec/ports/0/targetPort", "must have * in place of a number: it stands for every entry of a list"],
  ])("the path %j %s", (path, why) => {
    expect(problems({ STRATUS_POLICY: JSON.stringify({ writable: { Service: { paths: [path] } } }) })).toEqual([
      `STRATUS_POLICY writable.Service.paths.0: ${path} ${why}`,
    ]);
  });

  test("in the writing are told with their line", () => {
    expect(problems({ STRATUS_POLICY: "modes:\n  default: auto\n default: observe" })).toEqual([
      expect.stringMatching(/^STRATUS_POLICY is no YAML: .* at line 3, column 1$/),
    ]);
    expect(problems({ STRATUS_POLICY: "protected: [a]\nprotected: [b]" })).toEqual([
      "STRATUS_POLICY is no YAML: Map keys must be unique at line 2, column 1",
    ]);
    expect(problems({ STRATUS_POLICY: `# ${"x".repeat(1_048_576)}` })).toEqual(["STRATUS_POLICY must be at most 1048576 characters"]);
  });

  test("are told all at once", () => {
    const text = `
modes: { default: never, clusterScoped: sometimes }
writable:
  Secret: { paths: [/data/*] }
  Service: { paths: [/spec/type, /spec/externalIPs/*], create: 1 }
  Pod: { delete: true }
custom:
  SealedSecret: { apiVersion: v1, plural: pods/exec }
blast: { share: 1 }
other: 1
`;
    expect(problems({ STRATUS_POLICY: text, STRATUS_MODE: "loud" })).toEqual([
      "STRATUS_MODE must be observe, approve or auto",
      "STRATUS_POLICY modes.default: must be observe, approve or auto",
      "STRATUS_POLICY modes.clusterScoped: must be observe, approve or auto",
      "STRATUS_POLICY writable.Pod.delete: no Pod is ever deleted: it has dependants or data",
      "STRATUS_POLICY writable.Service.paths.0: /spec/type is never written",
      "STRATUS_POLICY writable.Service.paths.1: /spec/externalIPs/* is never written",
      "STRATUS_POLICY writable.Service.create: must be true or false",
      `STRATUS_POLICY writable: no Secret is ever written: it holds data or rights that ${never}`,
      "STRATUS_POLICY custom.SealedSecret: no SealedSecret is ever written: it is about Secrets",
      "STRATUS_POLICY blast: there is no share here, but targets, replicas, readyShare",
      "STRATUS_POLICY there is no other here, but modes, protected, writable, custom, blast, argoCd",
    ]);
  });
});

describe("what no policy opens", () => {
  test.each([
    "Secret",
    "Namespace",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "StorageClass",
    "CustomResourceDefinition",
    "Role",
    "RoleBinding",
    "ClusterRole",
    "ClusterRoleBinding",
    "ServiceAccount",
    "PriorityClass",
    "APIService",
    "ValidatingAdmissionPolicy",
    "CertificateSigningRequest",
  ])("%s, as a built-in kind or as a custom one", (kind) => {
    const told = `no ${kind} is ever written: it holds data or rights that ${never}`;
    expect(problems({ STRATUS_POLICY: `writable: { ${kind}: { paths: [/spec/**] } }` })).toEqual([`STRATUS_POLICY writable: ${told}`]);
    expect(problems({ STRATUS_POLICY: `custom: { ${kind}: { apiVersion: x.dev/v1, plural: things } }` })).toEqual([
      `STRATUS_POLICY custom.${kind}: ${told}`,
    ]);
  });

  test.each(["ReplicaSet", "ControllerRevision", "EndpointSlice", "Event"])("%s, which controllers make", (kind) => {
    expect(problems({ STRATUS_POLICY: `writable: { ${kind}: { paths: [/spec/**] } }` })).toEqual([
      `STRATUS_POLICY writable: no ${kind} is ever written: it is made by a controller: change what it is made from`,
    ]);
  });

  test.each(["Deployment", "StatefulSet", "DaemonSet", "CronJob", "Node"])("%s is neither made nor deleted", (kind) => {
    expect(problems({ STRATUS_POLICY: `writable: { ${kind}: { create: true, delete: true } }` })).toEqual([
      `STRATUS_POLICY writable.${kind}.create: no ${kind} is ever created: it has dependants or data`,
      `STRATUS_POLICY writable.${kind}.delete: no ${kind} is ever deleted: it has dependants or data`,
    ]);
  });

  test.each(["Deployment", "Service", "Job", "Node"])("a custom resource that passes for a %s", (kind) => {
    expect(problems({ STRATUS_POLICY: `custom: { ${kind}: { apiVersion: x.dev/v1, plural: things } }` })).toEqual([
      `STRATUS_POLICY custom.${kind}: ${kind} is a kind of Kubernetes itself`,
    ]);
  });

  test.each(["apps/v1", "batch/v1", "policy/v1", "rbac.authorization.k8s.io/v1", "storage.k8s.io/v1", "apiextensions.k8s.io/v1"])(
    "a custom resource in the group of %s",
    (apiVersion) => {
      expect(problems({ STRATUS_POLICY: `custom: { Thing: { apiVersion: ${apiVersion}, plural: things } }` })).toEqual([
        `STRATUS_POLICY custom.Thing.apiVersion: ${apiVersion} is an API of Kubernetes itself`,
      ]);
    },
  );

  test.each(["pods/exec", "../secrets", "Things", "things?watch=true", ""])("the path %j as a plural", (plural) => {
    expect(problems({ STRATUS_POLICY: JSON.stringify({ custom: { Thing: { apiVersion: "x.dev/v1", plural } } }) })).toEqual([
      "STRATUS_POLICY custom.Thing.plural: must be the name in the API's paths, like virtualservices",
    ]);
  });

  test.each<readonly [string, string, string]>([
    ["Deployment", "/metadata/finalizers/**", "is never written"],
    ["Deployment", "/metadata/annotations/stratus.dev~1fence", "is never written"],
    ["Deployment", "/spec/template/spec/serviceAccountName", "is never written"],
    ["Deployment", "/spec/template/spec/containers/*/securityContext/**", "is never written"],
    ["Deployment", "/spec/replicas", "is changed by scale only"],
    ["Deployment", "/spec/template/spec/volumes/*/hostPath/**", "would read a Secret or run a command of its own"],
    ["CronJob", "/spec/jobTemplate/spec/template/spec/hostNetwork", "is never written"],
    ["HorizontalPodAutoscaler", "/spec/maxReplicas", "is changed by hpa-limits only"],
    ["Node", "/spec/unschedulable", "is changed by cordon, uncordon and untaint only"],
    ["Pod", "/spec/containers/*/image", "is never written"],
    ["ConfigMap", "/immutable", "is never written"],
  ])("of a %s, %s", (kind, path, why) => {
    expect(problems({ STRATUS_POLICY: JSON.stringify({ writable: { [kind]: { paths: [path] } } }) })).toEqual([
      `STRATUS_POLICY writable.${kind}.paths.0: ${path} ${why}`,
    ]);
  });
});

describe("settings beside a policy", () => {
  const text = "modes: { default: observe, clusterScoped: approve, namespaces: { shop: auto, bank: observe } }\nprotected: [vault]";

  test("add to it, and may say the same", () => {
    const [policy] = policies({
      STRATUS_POLICY: text,
      STRATUS_MODE: "observe",
      STRATUS_CLUSTER_SCOPED_MODE: "approve",
      STRATUS_AUTO_NAMESPACES: "shop",
      STRATUS_APPROVE_NAMESPACES: "stall",
      STRATUS_PROTECTED_NAMESPACES: "safe",
    });
    expect(policy).toEqual({
      ...defaultPolicy,
      clusterScopedMode: "approve",
      modeByNamespace: { shop: "auto", bank: "observe", stall: "approve" },
      protectedNamespaces: ["vault", "safe"],
    });
  });

  test("that say something else are mistakes, all of them", () => {
    expect(
      problems({
        STRATUS_POLICY: text,
        STRATUS_MODE: "auto",
        STRATUS_CLUSTER_SCOPED_MODE: "auto",
        STRATUS_AUTO_NAMESPACES: "bank",
        STRATUS_OBSERVE_NAMESPACES: "shop",
      }),
    ).toEqual([
      "STRATUS_POLICY: the default mode is auto by a setting and observe by the policy: they must agree",
      "STRATUS_POLICY: the mode of what belongs to no namespace is auto by a setting and approve by the policy: they must agree",
      "STRATUS_POLICY: namespace shop is observe by a setting and auto by the policy: they must agree",
      "STRATUS_POLICY: namespace bank is auto by a setting and observe by the policy: they must agree",
    ]);
  });

  test("the mode of what belongs to no namespace can be set alone", () => {
    expect(policies({ STRATUS_CLUSTER_SCOPED_MODE: "approve" })).toEqual([{ ...defaultPolicy, clusterScopedMode: "approve" }]);
  });
});

const clusters = (...entries: readonly object[]): string => JSON.stringify(entries);

describe("a policy for each cluster", () => {
  test("changes what is said for all of them", () => {
    const [east, west] = policies({
      STRATUS_POLICY:
        "modes: { namespaces: { shop: auto } }\nprotected: [vault]\nwritable: { ConfigMap: false, Service: { delete: true } }",
      STRATUS_CLUSTERS: clusters(
        { name: "east" },
        {
          name: "west",
          policy: {
            modes: { namespaces: { stall: "approve" }, clusterScoped: "auto" },
            protected: ["bank"],
            writable: { ConfigMap: { paths: ["/data/*"] }, Service: { paths: ["/spec/selector/**"] } },
            custom: { Task: { apiVersion: "x.dev/v1", plural: "tasks", paths: ["/spec/**"] } },
          },
        },
      ),
    });
    const { ConfigMap: _taken, ...others } = defaultWritable;
    const ports = ["/spec/selector/**", "/spec/ports/*/targetPort"];
    const all: Policy = {
      ...defaultPolicy,
      modeByNamespace: { shop: "auto" },
      protectedNamespaces: ["vault"],
      writable: { ...others, Service: { paths: ports, create: true, delete: true } },
    };
    expect(east).toEqual(all);
    expect(west).toEqual({
      ...all,
      modeByNamespace: { stall: "approve" },
      clusterScopedMode: "auto",
      protectedNamespaces: ["vault", "bank"],
      writable: {
        ...all.writable,
        ConfigMap: { paths: ["/data/*"], create: false, delete: false },
        Service: { paths: ["/spec/selector/**"], create: true, delete: true },
        Task: { paths: ["/spec/**"], create: false, delete: false },
      },
      customKinds: { Task: { apiVersion: "x.dev/v1", plural: "tasks", namespaced: true } },
    });
  });

  test("is judged as strictly, and must agree with what its cluster says beside it", () => {
    const policy = { modes: { default: "observe", namespaces: { shop: "auto" } }, writable: { Secret: {} } };
    expect(problems({ STRATUS_CLUSTERS: clusters({ name: "east", policy }) })).toEqual([
      `STRATUS_CLUSTERS east.policy.writable: no Secret is ever written: it holds data or rights that ${never}`,
    ]);
    const entry = { name: "east", mode: "auto", approveNamespaces: ["shop"], policy: { modes: policy.modes } };
    expect(problems({ STRATUS_CLUSTERS: clusters(entry) })).toEqual([
      "STRATUS_CLUSTERS east: the default mode is auto by a setting and observe by the policy: they must agree",
      "STRATUS_CLUSTERS east: namespace shop is approve by a setting and auto by the policy: they must agree",
    ]);
  });

  test("its mode for what belongs to no namespace can be set alone", () => {
    expect(policies({ STRATUS_CLUSTERS: clusters({ name: "east", clusterScopedMode: "auto" }) })).toEqual([
      { ...defaultPolicy, clusterScopedMode: "auto" },
    ]);
  });
});
