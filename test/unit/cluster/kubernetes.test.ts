/** The client of the Kubernetes API against a server that answers as the API does, also when it fails. */
import { Agent } from "node:http";
import { describe, expect, test } from "vitest";
import { httpsFetch } from "../../../src/cluster/https-fetch.ts";
import { kubernetesCluster } from "../../../src/cluster/kubernetes.ts";
import { apiServer, status } from "./api-server.ts";
import type { Scripted, ScriptedAnswer } from "./api-server.ts";
import { operations, ref, subject, web } from "./subject.ts";

describe("what is sent", () => {
  test("a patch is a JSON Patch by the field manager stratus", async () => {
    const { cluster, api } = await subject({ status: 200, body: web });
    expect(await cluster.patch(ref, operations, { dryRun: false })).toEqual({ ok: true, value: web });
    expect(api.seen).toEqual([
      {
        method: "PATCH",
        url: "/apis/apps/v1/namespaces/shop/deployments/web?fieldManager=stratus&fieldValidation=Strict",
        authorization: "Bearer stale-token-1",
        contentType: "application/json-patch+json",
        body: '[{"op":"replace","path":"/metadata/resourceVersion","value":"41"},{"op":"replace","path":"/spec/replicas","value":3}]',
      },
    ]);
  });

  test("strings are escaped as the API server's own encoder does it: it tests values as text", async () => {
    const { cluster, api } = await subject({ status: 200, body: web });
    await cluster.patch(ref, [{ op: "test", path: "/data/a", value: "x <y && z> \u2028" }], { dryRun: true });
    expect(api.seen[0]?.body).toBe(String.raw`[{"op":"test","path":"/data/a","value":"x \u003cy \u0026\u0026 z\u003e \u2028"}]`);
  });

  test("a dry run says so", async () => {
    const { cluster, api } = await subject({ status: 200, body: web });
    await cluster.patch(ref, operations, { dryRun: true });
    expect(api.seen[0]?.url).toBe("/apis/apps/v1/namespaces/shop/deployments/web?fieldManager=stratus&fieldValidation=Strict&dryRun=All");
  });

  test("what a dry run would create has no resourceVersion yet; what is created must have one", async () => {
    const settings = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings", namespace: "shop" } };
    const answer = { status: 201, body: { ...settings, metadata: { ...settings.metadata, uid: "u-3" } } };
    const { cluster, api } = await subject(answer, answer);
    expect(await cluster.create(settings, { dryRun: true })).toEqual({
      ok: true,
      value: { ...settings, metadata: { name: "settings", namespace: "shop", uid: "u-3", resourceVersion: "" } },
    });
    expect(api.seen[0]?.url).toBe("/api/v1/namespaces/shop/configmaps?fieldManager=stratus&fieldValidation=Strict&dryRun=All");
    expect(await cluster.create(settings, { dryRun: false })).toMatchObject({
      ok: false,
      failure: { kind: "unavailable", effect: "unknown" },
    });
  });

  test("a cluster-scoped object has no namespace in its path, a core one no group", async () => {
    const node = { apiVersion: "v1", kind: "Node", metadata: { name: "node-1", uid: "u-2", resourceVersion: "7" } };
    const { cluster, api } = await subject({ status: 200, body: node });
    await cluster.get({ kind: "Node", name: "node-1" });
    expect(api.seen[0]?.url).toBe("/api/v1/nodes/node-1");
  });

  test("a name cannot leave its place in the path", async () => {
    const { cluster, api } = await subject(status(404, "NotFound", "not found"));
    await cluster.get({ kind: "ConfigMap", namespace: "shop", name: "../secrets/token?x=" });
    expect(api.seen[0]?.url).toBe("/api/v1/namespaces/shop/configmaps/..%2Fsecrets%2Ftoken%3Fx%3D");
  });

  test.each(["", ".", ".."])("%j is no name: it would lead to the list, or above it", async (name) => {
    const { cluster, api } = await subject();
    const reason = `${JSON.stringify(name)} is no name of`;
    expect(await cluster.get({ kind: "ConfigMap", namespace: "shop", name })).toMatchObject({
      failure: { kind: "refused", reason: `${reason} an object` },
    });
    expect(await cluster.patch({ ...ref, namespace: name }, operations, { dryRun: false })).toMatchObject({
      failure: { kind: "refused", reason: `${reason} a namespace` },
    });
    expect(api.seen).toEqual([]);
  });

  test("a namespaced object without its namespace is refused before anything is sent", async () => {
    const { cluster, api } = await subject();
    const answer = await cluster.get({ kind: "Deployment", name: "web" });
    expect(answer).toEqual({ ok: false, failure: { kind: "refused", reason: "Deployment web needs a namespace" } });
    expect(api.seen).toEqual([]);
  });

  test("a permission is asked for by verb, group and resource", async () => {
    const review = { kind: "SelfSubjectAccessReview", status: { allowed: false, reason: "no RBAC rule" } };
    const { cluster, api } = await subject({ status: 201, body: review });
    expect(await cluster.allowed({ verb: "patch", kind: "Deployment", namespace: "shop" })).toEqual({ ok: true, value: false });
    expect(api.seen[0]?.url).toBe("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews");
    expect(JSON.parse(api.seen[0]?.body ?? "")).toEqual({
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes: { verb: "patch", group: "apps", resource: "deployments", namespace: "shop" } },
    });
  });
});

function page(names: readonly string[], position: string): ScriptedAnswer {
  return {
    status: 200,
    body: {
      kind: "DeploymentList",
      apiVersion: "apps/v1",
      metadata: { continue: position },
      items: names.map((name) => ({ metadata: { name, uid: `u-${name}`, resourceVersion: "1" }, spec: { odd: name } })),
    },
  };
}

test("a permission may be for a subresource", async () => {
  const { cluster, api } = await subject({ status: 201, body: { kind: "SelfSubjectAccessReview", status: { allowed: true } } });
  await cluster.allowed({ verb: "create", kind: "Pod", namespace: "shop", subresource: "eviction" });
  expect(JSON.parse(api.seen[0]?.body ?? "")).toMatchObject({
    spec: { resourceAttributes: { verb: "create", group: "", resource: "pods", subresource: "eviction", namespace: "shop" } },
  });
});

describe("a list", () => {
  test("follows the pages to their end and gives each object its kind", async () => {
    const { cluster, api } = await subject(page(["a", "b"], "next page/1"), page(["c"], ""));
    const listed = await cluster.list("Deployment", "shop");
    expect(listed.ok && listed.value.map((object) => [object.apiVersion, object.kind, object.metadata.name])).toEqual([
      ["apps/v1", "Deployment", "a"],
      ["apps/v1", "Deployment", "b"],
      ["apps/v1", "Deployment", "c"],
    ]);
    expect(api.seen.map((request) => request.url)).toEqual([
      "/apis/apps/v1/namespaces/shop/deployments?limit=500",
      "/apis/apps/v1/namespaces/shop/deployments?limit=500&continue=next%20page%2F1",
    ]);
  });

  test("starts again, once, when its position has expired", async () => {
    const expired = status(410, "Expired", "The provided continue parameter is too old");
    const { cluster } = await subject(page(["a"], "old"), expired, page(["a"], "new"), page(["b"], ""));
    const listed = await cluster.list("Deployment");
    expect(listed.ok && listed.value.map((object) => object.metadata.name)).toEqual(["a", "b"]);
  });
});

describe("a failing write", () => {
  const conflict = 'Operation cannot be fulfilled on deployments.apps "web": the object has been modified';
  const cases: readonly (readonly [string, Scripted, object])[] = [
    ["409 is a conflict", status(409, "Conflict", conflict), { kind: "conflict", reason: `Deployment shop/web: ${conflict}` }],
    [
      "422 is refused with the API's words",
      status(422, "Invalid", 'Deployment.apps "web" is invalid: spec.replicas: Invalid value: -1'),
      { kind: "refused", reason: 'Deployment shop/web: Deployment.apps "web" is invalid: spec.replicas: Invalid value: -1' },
    ],
    [
      "403 is refused with the API's words",
      status(403, "Forbidden", 'deployments.apps "web" is forbidden: User "stratus" cannot patch'),
      { kind: "refused", reason: 'Deployment shop/web: deployments.apps "web" is forbidden: User "stratus" cannot patch' },
    ],
    [
      "404 is refused",
      status(404, "NotFound", 'deployments.apps "web" not found'),
      { kind: "refused", reason: 'Deployment shop/web: deployments.apps "web" not found' },
    ],
    [
      "429 was turned away: no effect, and when to come back",
      status(429, "TooManyRequests", "too many requests", { "retry-after": "3" }),
      { kind: "unavailable", effect: "none", reason: "Deployment shop/web: too many requests", retryAfterMs: 3000 },
    ],
    [
      "500 may have taken effect",
      status(500, "InternalError", "etcdserver: request timed out"),
      { kind: "unavailable", effect: "unknown", reason: "Deployment shop/web: etcdserver: request timed out" },
    ],
    [
      "504 may still take effect",
      { status: 504, body: "<html>gateway</html>", headers: { "retry-after": "1" } },
      {
        kind: "unavailable",
        effect: "unknown",
        reason: "Deployment shop/web: the API server answered with status 504",
        retryAfterMs: 1000,
      },
    ],
    [
      "an answer that cannot be read may have taken effect",
      { status: 200, body: "<html>" },
      { kind: "unavailable", effect: "unknown", reason: "Deployment shop/web: the API server's answer to a change cannot be read" },
    ],
    [
      "a dropped connection may have taken effect",
      "drop",
      { kind: "unavailable", effect: "unknown", reason: "the connection to the API server was lost (UND_ERR_SOCKET)" },
    ],
    [
      "silence may have taken effect",
      "hang",
      { kind: "unavailable", effect: "unknown", reason: "the API server did not answer within 0.3 s" },
    ],
  ];
  test.each(cases)("%s", async (_case, answer, failure) => {
    const { cluster, api } = await subject(answer, { status: 200, body: web });
    expect(await cluster.patch(ref, operations, { dryRun: false })).toEqual({ ok: false, failure });
    expect(api.seen).toHaveLength(1);
  });

  test("a failing dry run never had an effect", async () => {
    const { cluster } = await subject(status(500, "InternalError", "etcdserver: request timed out"));
    expect(await cluster.patch(ref, operations, { dryRun: true })).toMatchObject({ ok: false, failure: { effect: "none" } });
  });

  test("a server that cannot be reached was never written to", async () => {
    const cluster = kubernetesCluster({ server: "http://127.0.0.1:1", fetch: httpsFetch(() => new Agent()), authorize: async () => ({}) });
    expect(await cluster.patch(ref, operations, { dryRun: false })).toEqual({
      ok: false,
      failure: { kind: "unavailable", effect: "none", reason: "the API server cannot be reached (ECONNREFUSED)" },
    });
  });
});

describe("a failing read", () => {
  test("404 from the API means that the object is not there", async () => {
    const { cluster } = await subject(status(404, "NotFound", 'deployments.apps "web" not found'));
    expect(await cluster.get(ref)).toEqual({ ok: true, value: undefined });
  });

  test("404 from something else on the way means nothing", async () => {
    const { cluster } = await subject({ status: 404, body: "<html>no such site</html>" });
    expect(await cluster.get(ref)).toMatchObject({ ok: false, failure: { kind: "malformed" } });
  });

  test("a dropped connection is tried once more", async () => {
    const { cluster, api } = await subject("drop", { status: 200, body: web });
    expect(await cluster.get(ref)).toEqual({ ok: true, value: web });
    expect(api.seen).toHaveLength(2);
  });

  test("a second dropped connection is a failure without effect", async () => {
    const { cluster, api } = await subject("drop", "drop", { status: 200, body: web });
    expect(await cluster.get(ref)).toMatchObject({ ok: false, failure: { kind: "unavailable", effect: "none" } });
    expect(api.seen).toHaveLength(2);
  });

  test("silence is not waited for twice", async () => {
    const { cluster, api } = await subject("hang", { status: 200, body: web });
    expect(await cluster.get(ref)).toMatchObject({ ok: false, failure: { kind: "unavailable", effect: "none" } });
    expect(api.seen).toHaveLength(1);
  });

  test("what is no object is malformed", async () => {
    const { cluster } = await subject({ status: 200, body: { kind: "Deployment" } });
    expect(await cluster.get(ref)).toEqual({
      ok: false,
      failure: { kind: "malformed", source: "the API server's answer", reason: "it is not of the form that the API promises" },
    });
  });
});

const done = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success" };
const pod = { kind: "Pod", namespace: "shop", name: "web-1" };
const asRead = { uid: "u-1", resourceVersion: "41" };

describe("an eviction", () => {
  test("names the pod that was read, and is a success when the API server says so", async () => {
    const { cluster, api } = await subject({ status: 201, body: { ...done, code: 201 } });
    expect(await cluster.evict(pod, asRead, { dryRun: true })).toEqual({ ok: true, value: undefined });
    expect(api.seen[0]?.url).toBe("/api/v1/namespaces/shop/pods/web-1/eviction");
    expect(JSON.parse(api.seen[0]?.body ?? "")).toEqual({
      apiVersion: "policy/v1",
      kind: "Eviction",
      metadata: { name: "web-1", namespace: "shop" },
      deleteOptions: { apiVersion: "v1", kind: "DeleteOptions", preconditions: asRead, dryRun: ["All"] },
    });
  });

  test("of a pod that two budgets guard was not done, whatever its status says", async () => {
    const message = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.";
    const { cluster } = await subject({ status: 500, body: { ...done, status: "Failure", message, code: 500 } });
    expect(await cluster.evict(pod, asRead, { dryRun: false })).toEqual({
      ok: false,
      failure: { kind: "refused", reason: `Pod shop/web-1: ${message}` },
    });
  });

  test("that fails otherwise may have taken effect", async () => {
    const { cluster } = await subject(status(500, "InternalError", "etcdserver: request timed out"));
    expect(await cluster.evict(pod, asRead, { dryRun: false })).toMatchObject({ ok: false, failure: { effect: "unknown" } });
  });

  test("that a budget does not allow had no effect", async () => {
    const message = "Cannot evict pod as it would violate the pod's disruption budget.";
    const { cluster } = await subject(status(429, "TooManyRequests", message, { "retry-after": "10" }));
    expect(await cluster.evict(pod, asRead, { dryRun: false })).toEqual({
      ok: false,
      failure: { kind: "unavailable", effect: "none", reason: `Pod shop/web-1: ${message}`, retryAfterMs: 10_000 },
    });
  });
});

test("a deletion that somebody holds up with a finalizer is a success: it has begun", async () => {
  const held = { ...web, metadata: { ...web.metadata, deletionTimestamp: "2026-03-01T09:00:00Z", finalizers: ["stratus.dev/hold"] } };
  const { cluster } = await subject({ status: 200, body: held });
  expect(await cluster.remove(ref, asRead, { dryRun: false })).toEqual({ ok: true, value: undefined });
});

describe("readiness", () => {
  test("any answer but a server error is an answer", async () => {
    const { cluster } = await subject({ status: 200, body: "ok" });
    expect(await cluster.ready()).toEqual({ ok: true, value: undefined });
  });

  test("a server that is not ready is unavailable", async () => {
    const { cluster } = await subject({ status: 503, body: "[-]etcd failed" });
    expect(await cluster.ready()).toEqual({
      ok: false,
      failure: { kind: "unavailable", effect: "none", reason: "the API server is not ready (status 503)" },
    });
  });
});

test("fetch over node:http keeps its connection from request to request", async () => {
  const api = await apiServer({ status: 200, body: web }, { status: 200, body: web }, { status: 200, body: web });
  const agent = new Agent({ keepAlive: true });
  const cluster = kubernetesCluster({ server: api.server, fetch: httpsFetch(() => agent), authorize: async () => ({}) });
  for (let calls = 0; calls < 3; calls += 1) expect(await cluster.get(ref)).toEqual({ ok: true, value: web });
  expect(api.connections()).toBe(1);
});

test("the body of a DELETE over node:http arrives with it, and the connection is good for the next request", async () => {
  const api = await apiServer({ status: 200, body: done }, { status: 200, body: web });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const cluster = kubernetesCluster({ server: api.server, fetch: httpsFetch(() => agent), authorize: async () => ({}) });
  const gone = await cluster.remove(ref, { uid: "u1", resourceVersion: "7" }, { dryRun: true });
  expect(gone).toEqual({ ok: true, value: undefined });
  expect(api.seen[0]?.url).toBe("/apis/apps/v1/namespaces/shop/deployments/web?dryRun=All");
  expect(JSON.parse(api.seen[0]?.body ?? "")).toEqual({
    apiVersion: "v1",
    kind: "DeleteOptions",
    preconditions: { uid: "u1", resourceVersion: "7" },
    dryRun: ["All"],
    propagationPolicy: "Background",
  });
  expect(await cluster.get(ref)).toEqual({ ok: true, value: web });
  expect(api.connections()).toBe(1);
});
