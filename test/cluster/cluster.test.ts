// The test cluster itself, once from nothing to nothing: needs root, the packages and the build (see README.md).

import { createServer, type Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { downCluster, upCluster, type RunningCluster } from "./cluster.ts";
import { removal } from "./firewall.ts";
import { machineState } from "./machine.ts";
import { answers, until } from "./until.ts";

const receiverPort = 19_095;

interface Notification {
  readonly authorization: string | undefined;
  readonly alerts: readonly { readonly status: string; readonly labels: Readonly<Record<string, string>> }[];
}

let machineBefore: string[];
let cluster: RunningCluster;
let receiver: Server;
const notifications: Notification[] = [];

beforeAll(async () => {
  await downCluster();
  machineBefore = await machineState();
  cluster = await upCluster();
  receiver = createServer((request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => (body += part.toString()));
    request.on("end", () => {
      const { alerts } = JSON.parse(body) as Notification;
      notifications.push({ authorization: request.headers.authorization, alerts });
      response.end();
    });
  }).listen(receiverPort, "127.0.0.1");
});

afterAll(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await downCluster();
});

test("every pod is ready, and nothing fires", async () => {
  const phases = await cluster.kubectl("get", "pods", "--all-namespaces", "--output=jsonpath={.items[*].status.phase}");
  expect(new Set(phases.split(" "))).toEqual(new Set(["Running"]));
  await sleep(5000);
  expect(cluster.alerts().filter(({ status }) => status === "firing")).toEqual([]);
  expect(cluster.traffic().at(-1)?.doors["checkout"]?.answers).toEqual({ "200": 5 });
});

test("what is meant for a Service or a pod that is not there never leaves the machine", async () => {
  expect(await answers("http://10.96.255.254:8080/")).toBe("connect ECONNREFUSED 10.96.255.254:8080");
  expect(await answers("http://10.244.255.254:8080/")).toMatch(/^connect EHOSTUNREACH 10\.244\.255\.254:8080/);
});

test("a Service that points at a wrong port reaches the receiver with its secret, and resolves when it is put right", async () => {
  await cluster.setReceiver(`http://127.0.0.1:${receiverPort}/`, "a-secret");
  const point = (port: string | number): Promise<string> =>
    cluster.kubectl(
      "-n",
      "shop",
      "patch",
      "service",
      "payment",
      "-p",
      JSON.stringify({ spec: { ports: [{ port: 9898, targetPort: port }] } }),
    );
  const heard = (status: string) => (): boolean =>
    notifications.some(({ alerts }) =>
      alerts.some(
        (alert) => alert.status === status && alert.labels["alertname"] === "HighRequestErrorRate" && alert.labels["app"] === "checkout",
      ),
    );
  await point(9999);
  await until({ what: "the alert fires", limitMs: 60_000 }, heard("firing"));
  expect(notifications[0]?.authorization).toBe("Bearer a-secret");
  await point("http");
  await until({ what: "the alert resolves", limitMs: 60_000 }, heard("resolved"));
});

test("the API server and etcd come back after kill -9", async () => {
  await cluster.restart("etcd", "SIGKILL");
  await cluster.restart("apiserver", "SIGKILL");
  expect(await cluster.kubectl("get", "nodes", "--output=name")).toBe("node/node-1\n");
});

test("down leaves the machine as it was", async () => {
  await cluster.down();
  expect(await machineState()).toEqual(machineBefore);
});

test("only KUBE- rules and chains are taken out of the firewall", () => {
  const saved = `*nat
:PREROUTING ACCEPT [0:0]
:KUBE-SERVICES - [0:0]
:MINE - [0:0]
-A PREROUTING -j KUBE-SERVICES
-A PREROUTING -j MINE
-A KUBE-SERVICES -d 10.96.0.1/32 -j ACCEPT
COMMIT
*filter
:INPUT ACCEPT [0:0]
-A INPUT -p tcp -j ACCEPT
COMMIT
`;
  expect(removal(saved)).toBe("*nat\n:KUBE-SERVICES - [0:0]\n-D PREROUTING -j KUBE-SERVICES\n-X KUBE-SERVICES\nCOMMIT\n");
});
