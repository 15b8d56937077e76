/** The log of a container over the Kubernetes API: the one answer that is no JSON. */
import { Agent } from "node:http";
import { describe, expect, test } from "vitest";
import { httpsFetch } from "../../../src/cluster/https-fetch.ts";
import { kubernetesCluster } from "../../../src/cluster/kubernetes.ts";
import { apiServer, status } from "./api-server.ts";
import { subject } from "./subject.ts";

const asked = { namespace: "shop", pod: "web-1", container: "app", previous: true, linesMax: 20, bytesMax: 100 };
const written = (body: string) => ({ status: 200, headers: { "content-type": "text/plain" }, body });

describe("a log", () => {
  test("is asked for with its container, its run and its bounds, and answered in lines", async () => {
    const { cluster, api } = await subject(written("one\n\n{}\n"));
    expect(await cluster.log(asked)).toEqual({ ok: true, value: { lines: ["one", "", "{}"], isCut: false } });
    expect(api.seen[0]?.method).toBe("GET");
    expect(api.seen[0]?.url).toBe("/api/v1/namespaces/shop/pods/web-1/log?tailLines=20&limitBytes=100&previous=true&container=app");
  });

  test("a container is only named when the caller names it", async () => {
    const { cluster, api } = await subject(written(""));
    const { container: _none, ...unnamed } = asked;
    expect(await cluster.log({ ...unnamed, previous: false })).toEqual({ ok: true, value: { lines: [], isCut: false } });
    expect(api.seen[0]?.url).toBe("/api/v1/namespaces/shop/pods/web-1/log?tailLines=20&limitBytes=100&previous=false");
  });

  test("a line that has no end yet is a line", async () => {
    const { cluster } = await subject(written("one\ntwo"));
    expect(await cluster.log(asked)).toEqual({ ok: true, value: { lines: ["one", "two"], isCut: false } });
  });

  test.each([
    ["in the middle of a line", `one\ntwo ${"x".repeat(92)}`, ["one"]],
    ["at the end of a line", `one\n${"x".repeat(95)}\n`, ["one", "x".repeat(95)]],
    ["in a line that is longer than all that may be read", "x".repeat(100), []],
    ["by bytes and not by characters", `one\n${"\u00e9".repeat(48)}`, ["one"]],
  ])("that was cut off %s ends with a whole line and says so", async (_, body, lines) => {
    const { cluster } = await subject(written(body));
    expect(await cluster.log(asked)).toEqual({ ok: true, value: { lines, isCut: true } });
  });

  test("a server that does not keep to the bound is not read to the end", async () => {
    const { cluster } = await subject(written("x\n".repeat(1_000_000)));
    expect(await cluster.log(asked)).toEqual({
      ok: false,
      failure: { kind: "malformed", source: "the API server's answer", reason: "it is longer than was asked for" },
    });
  });

  test("of a pod that is on no node yet is empty", async () => {
    const { cluster } = await subject({ status: 204, body: "" });
    expect(await cluster.log(asked)).toEqual({ ok: true, value: { lines: [], isCut: false } });
  });

  test("that quotes our own token does not bring it in, and is cut where the server cut it", async () => {
    const { cluster } = await subject(written(`seen: stale-token-1\n${"x".repeat(80)}`));
    expect(await cluster.log(asked)).toEqual({ ok: true, value: { lines: ["seen: [redacted]"], isCut: true } });
  });

  test.each([
    [400, "BadRequest", 'previous terminated container "app" in pod "web-1" not found'],
    [400, "BadRequest", 'container "app" in pod "web-1" is waiting to start: ContainerCreating'],
    [400, "BadRequest", "a container name must be specified for pod web-1, choose one of: [app side]"],
    [403, "Forbidden", 'pods "web-1" is forbidden: User "stratus" cannot get resource "pods/log" in API group "" in the namespace "shop"'],
    [404, "NotFound", 'pods "web-1" not found'],
  ])("%i %s: %s", async (code, reason, message) => {
    const { cluster } = await subject(status(code, reason, message));
    expect(await cluster.log(asked)).toEqual({ ok: false, failure: { kind: "refused", reason: `Pod shop/web-1: ${message}` } });
  });

  test("a kubelet that does not answer has changed nothing", async () => {
    const message = 'Get "https://10.0.0.1:10250/containerLogs/shop/web-1/app": dial tcp 10.0.0.1:10250: connect: connection refused';
    const { cluster } = await subject(status(500, "InternalError", message));
    expect(await cluster.log(asked)).toEqual({
      ok: false,
      failure: { kind: "unavailable", effect: "none", reason: `Pod shop/web-1: ${message}` },
    });
  });

  test("over node:http it is the same", async () => {
    const api = await apiServer(written("one\n"), { status: 204, body: "" });
    const agent = new Agent({ keepAlive: true });
    const cluster = kubernetesCluster({ server: api.server, fetch: httpsFetch(() => agent), authorize: async () => ({}) });
    expect(await cluster.log(asked)).toEqual({ ok: true, value: { lines: ["one"], isCut: false } });
    expect(await cluster.log(asked)).toEqual({ ok: true, value: { lines: [], isCut: false } });
    agent.destroy();
  });
});
