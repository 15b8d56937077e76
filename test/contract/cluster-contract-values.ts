/** The part of the cluster's contract about what the API server makes of an object. */
import { expect, test } from "vitest";
import type { JsonObject } from "../../src/kubernetes/json.ts";
import type { PatchOperation } from "../../src/kubernetes/json.ts";
import { configMap, deployment, made, patched, read, readAtRest, service, stored, valueIn } from "./cluster-fixture.ts";
import type { Make } from "./cluster-fixture.ts";

export function dryRunClauses(makeCluster: Make): void {
  test("a dry run answers the defaulted object with its generation moved, and stores nothing", async () => {
    const under = await makeCluster();
    const ref = await made(under, deployment(under, "dry-generation"));
    const before = await readAtRest(under, ref);
    const container = { name: "side", image: "registry.example/side:1" };
    const answer = await patched(under, ref, [{ op: "add", path: "/spec/template/spec/containers/-", value: container }], true);
    const after = answer.ok ? answer.value : undefined;
    expect(after?.metadata.generation).toBe(2);
    expect(valueIn(after, "/spec/template/spec/containers/1")).toEqual({
      name: "side",
      image: "registry.example/side:1",
      imagePullPolicy: "IfNotPresent",
      resources: {},
      terminationMessagePath: "/dev/termination-log",
      terminationMessagePolicy: "File",
    });
    expect(await read(under, ref)).toEqual(before);
  });

  test("a dry run is refused and conflicts like the write itself", async () => {
    const under = await makeCluster();
    const ref = await made(under, configMap(under, "dry-refused", { LEVEL: "info" }));
    const before = await read(under, ref);
    await stored(under, ref, [{ op: "replace", path: "/data/LEVEL", value: "warn" }]);
    const stale: PatchOperation = { op: "replace", path: "/metadata/resourceVersion", value: before.metadata.resourceVersion };
    const wrong: PatchOperation = { op: "test", path: "/data/LEVEL", value: "info" };
    expect(await patched(under, ref, [stale], true)).toMatchObject({ ok: false, failure: { kind: "conflict" } });
    expect(await patched(under, ref, [wrong], true)).toMatchObject({ ok: false, failure: { kind: "refused" } });
  });
}

export function valueClauses(makeCluster: Make): void {
  test("a value is tested as what it is, whatever characters are in it", async () => {
    const under = await makeCluster();
    const script = "grep -q x <in && { echo '>'; exit 1; } \u2028 \"é\" \\ \b \f \t \r\n";
    const ref = await made(under, configMap(under, "value-characters", { SCRIPT: script }));
    const after = await stored(under, ref, [
      { op: "test", path: "/data/SCRIPT", value: script },
      { op: "replace", path: "/data/SCRIPT", value: "exit 0" },
    ]);
    expect(valueIn(after, "/data/SCRIPT")).toBe("exit 0");
  });

  test("a Service port gets its protocol and its target", async () => {
    const under = await makeCluster();
    const ref = await made(under, service(under, "value-service"));
    const object = await read(under, ref);
    expect(valueIn(object, "/spec/ports")).toEqual([{ port: 80, protocol: "TCP", targetPort: 80 }]);
    expect(valueIn(object, "/spec/type")).toBe("ClusterIP");
    expect(valueIn(object, "/spec/sessionAffinity")).toBe("None");
  });

  test("a target port of 0 means the port itself", async () => {
    const under = await makeCluster();
    const ref = await made(under, service(under, "value-target"));
    const after = await stored(under, ref, [{ op: "replace", path: "/spec/ports/0/targetPort", value: 0 }]);
    expect(valueIn(after, "/spec/ports/0/targetPort")).toBe(80);
  });

  test("quantities come back in canonical form", async () => {
    const under = await makeCluster();
    const ref = await made(under, deployment(under, "value-quantity"));
    const requests = { cpu: "1000m", memory: "1024Mi" };
    const answer = await patched(
      under,
      ref,
      [{ op: "add", path: "/spec/template/spec/containers/0/resources", value: { requests } }],
      true,
    );
    const after = answer.ok ? answer.value : undefined;
    expect(valueIn(after, "/spec/template/spec/containers/0/resources")).toEqual({ requests: { cpu: "1", memory: "1Gi" } });
  });

  test("a probe gets its defaults", async () => {
    const under = await makeCluster();
    const ref = await made(under, deployment(under, "value-probe"));
    const probe = { httpGet: { port: 8080 } };
    const answer = await patched(under, ref, [{ op: "add", path: "/spec/template/spec/containers/0/readinessProbe", value: probe }], true);
    expect(valueIn(answer.ok ? answer.value : undefined, "/spec/template/spec/containers/0/readinessProbe")).toEqual({
      failureThreshold: 3,
      httpGet: { path: "/", port: 8080, scheme: "HTTP" },
      periodSeconds: 10,
      successThreshold: 1,
      timeoutSeconds: 1,
    });
  });

  test("an empty map of annotations is not kept", async () => {
    const under = await makeCluster();
    const ref = await made(under, configMap(under, "value-empty", {}));
    const after = await stored(under, ref, [{ op: "add", path: "/metadata/annotations", value: {} }]);
    expect(after.metadata.annotations).toBeUndefined();
  });

  test("what we changed is ours in managedFields", async () => {
    const under = await makeCluster();
    const ref = await made(under, configMap(under, "value-manager", { LEVEL: "info" }));
    const after = await stored(under, ref, [{ op: "replace", path: "/data/LEVEL", value: "debug" }]);
    const entries = valueIn(after, "/metadata/managedFields") as readonly JsonObject[];
    const ours = entries.find((entry) => entry["manager"] === "stratus");
    expect(ours?.["fieldsV1"]).toEqual({ "f:data": { "f:LEVEL": {} } });
  });
}
