/** From a kubeconfig to an authorized, kept connection. */
import { expect, test } from "vitest";
import { kubeconfigFromText } from "../../../src/cluster/kubeconfig.ts";
import { kubernetesCluster } from "../../../src/cluster/kubernetes.ts";
import { apiServer } from "./api-server.ts";

function kubeconfig(server: string, user: object): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "here",
    contexts: [{ name: "here", context: { cluster: "c", user: "u" } }],
    clusters: [{ name: "c", cluster: { server } }],
    users: [{ name: "u", user }],
  });
}

const node = { apiVersion: "v1", kind: "Node", metadata: { name: "node-1", uid: "u-2", resourceVersion: "7" } };

test.each([
  ["a token", { token: "abc" }, "Bearer abc"],
  ["a name and password", { username: "ada", password: "pw" }, "Basic YWRhOnB3"],
])("%s goes out as authorization, over one kept connection", async (_case, user, authorization) => {
  const api = await apiServer({ status: 200, body: node }, { status: 200, body: node });
  const access = kubeconfigFromText(kubeconfig(api.server, user));
  if (!access.ok) throw new Error("the kubeconfig was not accepted");
  const cluster = kubernetesCluster(access.value);
  expect(await cluster.get({ kind: "Node", name: "node-1" })).toEqual({ ok: true, value: node });
  expect(await cluster.get({ kind: "Node", name: "node-1" })).toEqual({ ok: true, value: node });
  expect(api.seen.map((request) => request.authorization)).toEqual([authorization, authorization]);
  expect(api.connections()).toBe(1);
});

test("another context than the current one has its own server and credentials", async () => {
  const east = await apiServer({ status: 200, body: node });
  const west = await apiServer({ status: 200, body: node });
  const text = JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "east",
    contexts: ["east", "west"].map((name) => ({ name, context: { cluster: name, user: name } })),
    clusters: [
      { name: "east", cluster: { server: east.server } },
      { name: "west", cluster: { server: west.server } },
    ],
    users: ["east", "west"].map((name) => ({ name, user: { token: `token-of-${name}` } })),
  });
  for (const context of ["west", undefined]) {
    const access = kubeconfigFromText(text, context);
    if (!access.ok) throw new Error("the kubeconfig was not accepted");
    await kubernetesCluster(access.value).get({ kind: "Node", name: "node-1" });
  }
  expect(west.seen.map(({ authorization }) => authorization)).toEqual(["Bearer token-of-west"]);
  expect(east.seen.map(({ authorization }) => authorization)).toEqual(["Bearer token-of-east"]);
});

test("a context that is not there is refused by its name", () => {
  expect(kubeconfigFromText(kubeconfig("https://api.example", {}), "west")).toEqual({
    ok: false,
    failure: { kind: "refused", reason: "the kubeconfig has no context west with a cluster" },
  });
});

test("a kubeconfig that cannot be read is refused without quoting it", () => {
  expect(kubeconfigFromText("users: [ token: hunter2")).toEqual({
    ok: false,
    failure: { kind: "refused", reason: "the kubeconfig cannot be read" },
  });
});

test("a kubeconfig without a current context is refused", () => {
  expect(kubeconfigFromText(JSON.stringify({ clusters: [], users: [], contexts: [] }))).toEqual({
    ok: false,
    failure: { kind: "refused", reason: "the kubeconfig has no current context with a cluster" },
  });
});
