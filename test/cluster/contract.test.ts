// The cluster's contract over a real API server with its controllers: a control plane without nodes (see README.md).

import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll } from "vitest";
import { kubeconfigFromText } from "../../src/cluster/kubeconfig.ts";
import { kubernetesCluster } from "../../src/cluster/kubernetes.ts";
import type { ApiAccess } from "../../src/cluster/request.ts";
import type { JsonObject } from "../../src/kubernetes/json.ts";
import { asObject, refOf } from "../../src/kubernetes/object.ts";
import type { ObjectRef } from "../../src/kubernetes/object.ts";
import { clusterContract } from "../contract/cluster-contract.ts";
import type { ClusterUnderTest } from "../contract/cluster-fixture.ts";
import { downCluster, upCluster, type RunningCluster } from "./cluster.ts";
import { until } from "./until.ts";

const namespace = "contract";
const guest = "contract-guest";

let cluster: RunningCluster;
let administrator: ApiAccess;
let pods = 0;

beforeAll(async () => {
  await downCluster();
  cluster = await upCluster({ nodes: 0 });
  const access = kubeconfigFromText(readFileSync(cluster.kubeconfigPath, "utf8"));
  if (!access.ok) throw new Error(JSON.stringify(access.failure));
  administrator = access.value;
  await cluster.kubectl("create", "namespace", namespace);
  await until({ what: "pods may be made", limitMs: 30_000 }, async () => {
    const accounts = await cluster.kubectl("-n", namespace, "get", "serviceaccounts", "--output=name");
    return accounts.includes("serviceaccount/default");
  });
  await cluster.apply(JSON.stringify(guestRole));
});

afterAll(() => downCluster());

/** May read everything, and evict pods. */
const guestRole = {
  apiVersion: "v1",
  kind: "List",
  items: [
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: guest },
      rules: [
        { apiGroups: ["*"], resources: ["*"], verbs: ["get", "list"] },
        { apiGroups: [""], resources: ["pods/eviction"], verbs: ["create"] },
      ],
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: guest },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: guest },
      subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: guest }],
    },
  ],
};

function as(user: string, access: ApiAccess): ApiAccess {
  const headers = { "impersonate-user": user, "impersonate-group": "system:authenticated" };
  return { ...access, authorize: async (fresh) => ({ ...(await access.authorize(fresh)), ...headers }) };
}

function under(access: ApiAccess): ClusterUnderTest {
  return {
    cluster: kubernetesCluster(access),
    namespace,
    async create(object) {
      await cluster.apply(JSON.stringify(object));
    },
    async run(pod) {
      // Where no kubelet is, the API is told what one would say. A node that is not there is given 40 s to appear: each has its own.
      const nodeName = `nowhere-${(pods += 1)}`;
      await cluster.apply(JSON.stringify({ ...pod, spec: { ...(pod["spec"] as JsonObject), nodeName } }));
      const status = { phase: "Running", conditions: [{ type: "Ready", status: "True" }] };
      await cluster.kubectl(...naming("patch", refOf(asObject(pod))), "--subresource=status", `--patch=${JSON.stringify({ status })}`);
    },
    async remove(ref) {
      await cluster.kubectl(...naming("delete", ref), "--ignore-not-found", "--grace-period=0", "--force");
    },
    wait: (durationMs) => sleep(durationMs),
  };
}

function naming(verb: string, { kind, namespace: within, name }: ObjectRef): string[] {
  return [...(within === undefined ? [] : ["-n", within]), verb, kind, name];
}

clusterContract("real", {
  administrator: async () => under(administrator),
  guest: async () => under(as(guest, administrator)),
  stranger: async () => under(as("contract-stranger", administrator)),
});
