/** The client under test, talking to a scripted API server about the Deployment `shop/web`. */
import type { ClusterPort } from "../../../src/cluster/cluster.ts";
import { kubernetesCluster } from "../../../src/cluster/kubernetes.ts";
import type { PatchOperation } from "../../../src/kubernetes/json.ts";
import { apiServer } from "./api-server.ts";
import type { ApiServer, Scripted } from "./api-server.ts";

export const ref = { kind: "Deployment", namespace: "shop", name: "web" };
export const operations: readonly PatchOperation[] = [
  { op: "replace", path: "/metadata/resourceVersion", value: "41" },
  { op: "replace", path: "/spec/replicas", value: 3 },
];
export const web = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "shop", uid: "u-1", resourceVersion: "42" },
  spec: { replicas: 3, aFieldThatNoSdkKnows: { kept: true } },
};

export interface Subject {
  readonly cluster: ClusterPort;
  readonly api: ApiServer;
  /** Whether each call for credentials asked for fresh ones. */
  readonly authorized: readonly boolean[];
}

export async function subject(...script: readonly Scripted[]): Promise<Subject> {
  const api = await apiServer(...script);
  const authorized: boolean[] = [];
  const cluster = kubernetesCluster({
    server: api.server,
    fetch: (url, init) => globalThis.fetch(url, init),
    timeoutMs: script.includes("hang") ? 300 : 5_000,
    authorize: async (fresh) => {
      authorized.push(fresh);
      return { authorization: fresh ? "Bearer fresh-token-2" : "Bearer stale-token-1" };
    },
  });
  return { cluster, api, authorized };
}
