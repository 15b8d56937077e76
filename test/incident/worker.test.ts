// The Worker on workerd, from the real wrangler.toml, against the real cluster: API server over TLS with the token of a service
// account, ledger on a DynamoDB protocol, steps through the Queue. Needs what incident.test.ts needs.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { normalise } from "../../src/action/change.ts";
import type { JsonObject } from "../../src/kubernetes/json.ts";
import { createDynamodbClient } from "../../src/ledger/dynamodb.ts";
import { createTable } from "../../src/ledger/dynamodb-table.ts";
import { downCluster, upCluster, type RunningCluster } from "../cluster/cluster.ts";
import { until } from "../cluster/until.ts";
import { bundleWorker, runWorker, type RunningWorker } from "../runtime/worker-bundle.ts";
import { startDynalite, type LocalDynamodb } from "../support/dynalite.ts";
import { receiverSecret, type Incident } from "./stratus.ts";

const port = 18_787;
const table = "stratus-incident";

let cluster: RunningCluster;
let dynamodb: LocalDynamodb;
let worker: RunningWorker;

beforeAll(async () => {
  await downCluster();
  const [up, bundle, local] = await Promise.all([upCluster(), bundleWorker(), startDynalite()]);
  [cluster, dynamodb] = [up, local];
  expect((await createTable({ client: createDynamodbClient(dynamodb.connection), table })).ok).toBe(true);
  const { endpoint, region, credentials } = dynamodb.connection;
  const settings = {
    STRATUS_WEBHOOK_SECRET: receiverSecret,
    STRATUS_DYNAMODB_TABLE: table,
    STRATUS_DYNAMODB_ENDPOINT: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    STRATUS_KUBERNETES_URL: serverOf(cluster),
    STRATUS_KUBERNETES_TOKEN: await serviceAccountToken(),
    STRATUS_PROMETHEUS_URL: cluster.prometheusUrl,
    STRATUS_ALERTMANAGER_URL: cluster.alertmanagerUrl,
    STRATUS_AUTOMATIC_OBJECTIVES: "10s",
    STRATUS_AUTO_NAMESPACES: "shop",
    STRATUS_SAMPLE_INTERVAL: "2s",
    STRATUS_SETTLE: "60s",
    STRATUS_GRACE: "10s",
    STRATUS_LEASE: "10s",
  };
  const authority = readFileSync(join(cluster.settings.stateFolder, "pki", "ca.crt"), "utf8");
  worker = await runWorker(bundle, settings, { consumes: true, port, trusts: { authority, address: new URL(serverOf(cluster)).hostname } });
  await worker.miniflare.ready;
  await cluster.setReceiver(`http://127.0.0.1:${port}/alerts`, receiverSecret);
});

afterAll(async () => {
  await worker?.miniflare.dispose();
  await dynamodb?.stop();
  await downCluster();
});

/** The kubeconfig is JSON, which is YAML too. */
function serverOf({ kubeconfigPath }: RunningCluster): string {
  const { clusters } = JSON.parse(readFileSync(kubeconfigPath, "utf8")) as {
    readonly clusters: readonly { readonly cluster: { readonly server: string } }[];
  };
  return clusters[0]?.cluster.server ?? "";
}

/** What infra/kubernetes grants: read everything that is looked at, patch what may be changed in one namespace. */
async function serviceAccountToken(): Promise<string> {
  await cluster.apply(`
apiVersion: v1
kind: ServiceAccount
metadata: { name: stratus-worker, namespace: default }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: stratus-worker-reader }
rules:
  - { apiGroups: [""], resources: [configmaps, events, namespaces, nodes, pods, services], verbs: [get, list] }
  - { apiGroups: [apps], resources: [controllerrevisions, daemonsets, deployments, replicasets, statefulsets], verbs: [get, list] }
  - { apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [get, list] }
  - { apiGroups: [autoscaling], resources: [horizontalpodautoscalers], verbs: [get, list] }
  - { nonResourceURLs: [/readyz], verbs: [get] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: stratus-worker-reader }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: stratus-worker-reader }
subjects: [{ kind: ServiceAccount, name: stratus-worker, namespace: default }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: stratus-worker-actuator, namespace: shop }
rules:
  - { apiGroups: [""], resources: [configmaps, services], verbs: [patch] }
  - { apiGroups: [apps], resources: [controllerrevisions, daemonsets, deployments, replicasets, statefulsets], verbs: [patch] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: stratus-worker-actuator, namespace: shop }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: stratus-worker-actuator }
subjects: [{ kind: ServiceAccount, name: stratus-worker, namespace: default }]
`);
  return (await cluster.kubectl("-n", "default", "create", "token", "stratus-worker", "--duration=1h")).trim();
}

async function payment(): Promise<JsonObject> {
  return JSON.parse(await cluster.kubectl("-n", "shop", "get", "service", "payment", "--output=json")) as JsonObject;
}

async function get<T>(path: string): Promise<T> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization: `Bearer ${receiverSecret}` } });
  return (await answer.json()) as T;
}

async function mitigated(): Promise<Incident | undefined> {
  const { incidents } = await get<{ readonly incidents: readonly Incident[] }>("/incidents");
  const found = incidents.find((incident) => incident.outcome === "mitigated" && incident.state === "closed");
  return found === undefined ? undefined : get<Incident>(`/incidents/${found.id}`);
}

test("service-target-port: the alert arrives, the Queue carries the steps, the Service is as it was", async () => {
  const healthy = normalise(await payment());
  const brokenAtMs = Date.now();
  await cluster.kubectl(
    "-n",
    "shop",
    "patch",
    "service",
    "payment",
    "--type=json",
    '--patch=[{"op":"replace","path":"/spec/ports/0/targetPort","value":9999}]',
  );
  await until(
    { what: `it is mitigated\n${worker.lines.slice(-20).join("\n")}`, limitMs: 180_000, everyMs: 1_000 },
    async () => (await mitigated()) !== undefined,
  );
  const incident = await mitigated();
  const seconds = (atMs: number | undefined): string => (((atMs ?? 0) - brokenAtMs) / 1000).toFixed(1);
  const path = incident?.visiblePath.map(({ mu }) => mu ?? "?").join(" -> ");
  console.log(
    `workerd: alert received ${seconds(incident?.openedAtMs)} s, outcome ${incident?.outcome} ${seconds(incident?.endedAtMs)} s; visible ${path}`,
  );
  expect(normalise(await payment())).toEqual(healthy);
  expect(JSON.stringify(await payment())).not.toContain("stratus.dev");
});
