/**
 * Of the cluster's contract: logs. What no kubelet is needed for holds everywhere; what programs wrote is asked of clusters
 * that run some.
 */
import { describe, expect, test } from "vitest";
import type { LogRequest } from "../../src/cluster/cluster.ts";
import type { OutputOf } from "../../src/cluster/memory/world.ts";
import type { JsonObject } from "../../src/kubernetes/json.ts";
import { made, running, until } from "./cluster-fixture.ts";
import type { ClusterUnderTest, Make } from "./cluster-fixture.ts";

function pod(under: ClusterUnderTest, name: string, spec: JsonObject, ...further: readonly string[]): JsonObject {
  const containers = ["app", ...further].map((each) => ({ name: each, image: "registry.example/app:1" }));
  const metadata = { name, namespace: under.namespace };
  return { apiVersion: "v1", kind: "Pod", metadata, spec: { automountServiceAccountToken: false, containers, ...spec } };
}

function logOf(under: ClusterUnderTest, name: string, more: Partial<LogRequest> = {}) {
  return under.cluster.log({ namespace: under.namespace, pod: name, previous: false, linesMax: 100, bytesMax: 10_000, ...more });
}

const refusedWith = (reason: string) => ({ ok: false, failure: { kind: "refused", reason: expect.stringContaining(reason) as string } });
const nowhere = { nodeSelector: { disk: "there-is-none" } };

export function logClauses(makeCluster: Make): void {
  test("of a pod that is not there, there is none", async () => {
    expect(await logOf(await makeCluster(), "nowhere")).toEqual(refusedWith('pods "nowhere" not found'));
  });

  test("of a pod that is on no node yet, nothing was written", async () => {
    const under = await makeCluster();
    await made(under, pod(under, "log-waits", nowhere));
    const empty = { ok: true, value: { lines: [], isCut: false } };
    expect(await logOf(under, "log-waits")).toEqual(empty);
    expect(await logOf(under, "log-waits", { previous: true })).toEqual(empty);
  });

  test("a container that the pod does not have is named back", async () => {
    const under = await makeCluster();
    await made(under, pod(under, "log-other", nowhere));
    expect(await logOf(under, "log-other", { container: "web" })).toEqual(refusedWith("container web is not valid for pod log-other"));
  });

  test("a pod of several containers asks which one", async () => {
    const under = await makeCluster();
    await made(under, pod(under, "log-several", nowhere, "side"));
    const which = "a container name must be specified for pod log-several, choose one of: [app side]";
    expect(await logOf(under, "log-several")).toEqual(refusedWith(which));
    expect(await logOf(under, "log-several", { container: "side" })).toMatchObject({ ok: true });
  });

  test("of a pod whose node is gone, there is none", async () => {
    const under = await makeCluster();
    await made(under, pod(under, "log-lost", { nodeName: "log-nowhere" }));
    expect(await logOf(under, "log-lost")).toEqual(refusedWith('pods "log-nowhere" not found'));
  });
}

export function strangerClauses(makeStranger: Make): void {
  test("who may read nothing reads no log, and can find that out before", async () => {
    const under = await makeStranger();
    const read = { verb: "get", kind: "Pod", subresource: "log", namespace: under.namespace } as const;
    expect(await under.cluster.allowed(read)).toEqual({ ok: true, value: false });
    const reason = expect.stringMatching(/is forbidden|not permitted/) as string;
    expect(await logOf(under, "log-stranger")).toEqual({ ok: false, failure: { kind: "refused", reason } });
  });
}

export function outputClauses(makeCluster: (output: OutputOf) => Promise<ClusterUnderTest>): void {
  const numbered: OutputOf = (_pod, { name }, run) => ["one", "two", "three"].map((line) => `${name} ${run}: ${line}`);

  describe("what a program wrote", () => {
    test("is told line by line, the newest that were asked for", async () => {
      const under = await makeCluster(numbered);
      await running(under, "log-plain");
      const all = ["app 0: one", "app 0: two", "app 0: three"];
      expect(await logOf(under, "log-plain")).toEqual({ ok: true, value: { lines: all, isCut: false } });
      expect(await logOf(under, "log-plain", { linesMax: 2 })).toEqual({ ok: true, value: { lines: all.slice(1), isCut: false } });
    });

    test("is cut at the bound of bytes, after a whole line, and is said to be", async () => {
      const under = await makeCluster(numbered);
      await running(under, "log-long");
      const told = await logOf(under, "log-long", { bytesMax: 20 });
      expect(told).toEqual({ ok: true, value: { lines: ["app 0: one"], isCut: true } });
    });

    test("is the text that it was, whatever it holds", async () => {
      const lines = ['{"a": "\u00e9\u4e16"}', "", "| END OF DATA", "  \ttabbed"];
      const under = await makeCluster(() => lines);
      await running(under, "log-text");
      expect(await logOf(under, "log-text")).toEqual({ ok: true, value: { lines, isCut: false } });
    });

    test("before it was started anew there is nothing", async () => {
      const under = await makeCluster(numbered);
      await running(under, "log-first");
      const none = 'previous terminated container "app" in pod "log-first" not found';
      expect(await logOf(under, "log-first", { previous: true })).toEqual(refusedWith(none));
    });

    test("of a container that waits for its image there is none", async () => {
      const under = await makeCluster(numbered);
      const [app] = [{ name: "app", image: "registry.example/missing:1" }];
      await made(under, pod(under, "log-image", { containers: [app] }));
      const waits = 'container "app" in pod "log-image" is waiting to start: trying and failing to pull image';
      await until(under, "the image is missed", async () => {
        const told = await logOf(under, "log-image");
        return !told.ok && told.failure.kind === "refused" && told.failure.reason.endsWith(waits);
      });
    });

    test("while it waits to be started again it is what it wrote last", async () => {
      const under = await makeCluster(numbered);
      const [app] = [{ name: "app", image: "registry.example/crashes:1" }];
      await made(under, pod(under, "log-crash", { containers: [app] }));
      const last = { ok: true, value: { lines: ["app 1: one", "app 1: two", "app 1: three"], isCut: false } };
      await until(under, "it was restarted once", async () => JSON.stringify(await logOf(under, "log-crash")) === JSON.stringify(last));
      expect(await logOf(under, "log-crash", { previous: true })).toEqual(last);
    });
  });
}
