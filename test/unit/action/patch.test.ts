import { describe, expect, test } from "vitest";
import { actionSchema } from "../../../src/action/action.ts";
import type { ActionOf, Target } from "../../../src/action/action.ts";
import { asKubectl, inverseOf, mayTouch, needsOf, transientBudgetOf } from "../../../src/action/catalogue.ts";
import { applyPatch } from "../../../src/kubernetes/json.ts";
import { agent, compiled, database, front, object, settings, web } from "./objects.ts";

const container = "/spec/template/spec/containers/0";
const put = (target: Target, ...paths: readonly string[]): ActionOf<"patch"> => ({
  type: "patch",
  target,
  operations: paths.map((path) => ({ op: "add", path, value: "x" })),
});

describe("patch changes what is on the list", () => {
  test.each<readonly [Target, string]>([
    [web, `${container}/image`],
    [database, `${container}/env/0/value`],
    [agent, `${container}/env/-`],
    [web, `${container}/env`],
    [web, `${container}/command`],
    [web, `${container}/args/1`],
    [web, `${container}/resources/limits/memory`],
    [web, `${container}/resources/limits/nvidia.com~1gpu`],
    [web, `${container}/readinessProbe/httpGet/port`],
    [web, `${container}/livenessProbe`],
    [web, `${container}/startupProbe/failureThreshold`],
    [web, "/spec/template/spec/nodeSelector/disk"],
    [front, "/spec/selector/app"],
    [front, "/spec/selector"],
    [front, "/spec/ports/0/targetPort"],
    [settings, "/data/key"],
    [settings, "/data/a~1b"],
  ])("%j %s", (target, path) => {
    const action = put(target, path);
    expect(compiled(action, object(target))).toEqual([{ op: "add", path, value: "x" }]);
  });
});

describe("patch cannot break out of the list", () => {
  test.each<readonly [Target, string]>([
    [web, "/"],
    [web, "//"],
    [web, "/spec"],
    [web, "/spec/template"],
    [web, "/spec/template/spec"],
    [web, "/spec/template/spec/containers"],
    [web, container],
    [web, "/spec/template/spec/containers/-"],
    [web, "/spec/template/spec/containers//image"],
    [web, "/spec/template/spec/containers/0~1image"],
    [web, "/spec~1template/spec/containers/0/image"],
    [web, `${container}/image/`],
    [web, `${container}/image/x`],
    [web, `${container}/Image`],
    [web, `${container}/env~1`],
    [web, `${container}/envFrom`],
    [web, `${container}/environment`],
    [web, `${container}/name`],
    [web, `${container}/ports/0/containerPort`],
    [web, `${container}/securityContext`],
    [web, `${container}/securityContext/privileged`],
    [web, `${container}/volumeMounts/0`],
    [web, `${container}/lifecycle/postStart`],
    [web, "/spec/template/spec/initContainers/0/image"],
    [web, "/spec/template/spec/securityContext/runAsUser"],
    [web, "/spec/template/spec/volumes/0/hostPath"],
    [web, "/spec/template/spec/volumes/-"],
    [web, "/spec/template/spec/serviceAccountName"],
    [web, "/spec/template/spec/hostNetwork"],
    [web, "/spec/template/spec/hostPID"],
    [web, "/spec/template/spec/nodeName"],
    [web, "/spec/template/spec/tolerations/-"],
    [web, "/spec/template/metadata/labels/app"],
    [web, "/spec/template/metadata/annotations/a"],
    [web, "/spec/selector/matchLabels/app"],
    [web, "/spec/replicas"],
    [web, "/spec/paused"],
    [web, "/metadata"],
    [web, "/metadata/labels/app"],
    [web, "/metadata/annotations/stratus.dev~1fence"],
    [web, "/metadata/finalizers"],
    [web, "/metadata/ownerReferences/0"],
    [web, "/metadata/resourceVersion"],
    [web, "/status/readyReplicas"],
    [web, "/kind"],
    [front, "/spec/ports"],
    [front, "/spec/ports/0"],
    [front, "/spec/ports/-"],
    [front, "/spec/ports/0/port"],
    [front, "/spec/ports/0/nodePort"],
    [front, "/spec/ports//targetPort"],
    [front, "/spec/ports/0/targetPort/x"],
    [front, "/spec/ports/0~1targetPort"],
    [front, "/spec/type"],
    [front, "/spec/externalIPs"],
    [front, "/spec/externalName"],
    [front, "/spec/selector~1app"],
    [settings, "/data"],
    [settings, "/data/"],
    [settings, "/data/a/b"],
    [settings, "/binaryData/key"],
    [settings, "/immutable"],
  ])("%j %s", (target, path) => {
    expect(compiled(put(target, path), object(target))).toBe(
      `${path} of ${target.kind} shop/${target.name} is not on the list of writable fields`,
    );
  });

  test("one path that is not on the list refuses the whole patch", () => {
    expect(compiled(put(front, "/spec/selector/app", "/spec/type"), object(front))).toBe(
      "/spec/type of Service shop/front is not on the list of writable fields",
    );
  });

  test("removing is held to the same list", () => {
    const action = { type: "patch", target: settings, operations: [{ op: "remove", path: "/data" }] } as const;
    expect(compiled({ ...action, operations: [...action.operations] }, object(settings))).toBe(
      "/data of ConfigMap shop/settings is not on the list of writable fields",
    );
  });

  test.each(["/spec/ports/9/targetPort", "/spec/ports/-/targetPort", "/spec/ports/00/targetPort", "/spec/ports/-1/targetPort"])(
    "%s leads nowhere: the patch itself fails",
    (path) => {
      const found = { spec: { ports: [{ port: 80, targetPort: 8080 }] } };
      expect(compiled(put(front, path), object(front))).toEqual([{ op: "add", path, value: "x" }]);
      expect(applyPatch(found, [{ op: "add", path, value: "x" }])).toEqual({
        ok: false,
        reason: `add operation does not apply: nothing at ${path}`,
      });
    },
  );

  test.each([
    ["a test", { op: "test", path: "/data/a", value: "x" }],
    ["a move", { op: "move", from: "/spec", path: "/data/a" }],
    ["a copy", { op: "copy", from: "/spec", path: "/data/a" }],
    ["a path without its slash", { op: "remove", path: "data/a" }],
    ["the empty path", { op: "replace", path: "", value: {} }],
    ["a change without a value", { op: "replace", path: "/data/a" }],
  ])("the schema refuses %s", (_name, operation) => {
    expect(actionSchema.safeParse({ type: "patch", target: settings, operations: [operation] }).success).toBe(false);
  });

  test("the schema refuses no operation, and more than twenty", () => {
    const operations = Array.from({ length: 21 }, (_, index) => ({ op: "remove", path: `/data/k${index}` }));
    expect(actionSchema.safeParse({ type: "patch", target: settings, operations: [] }).success).toBe(false);
    expect(actionSchema.safeParse({ type: "patch", target: settings, operations }).success).toBe(false);
    expect(actionSchema.safeParse({ type: "patch", target: settings, operations: operations.slice(1) }).success).toBe(true);
  });
});

describe("patch", () => {
  test("needs nothing, touches nothing beside its list, is undone by restoring", () => {
    const action = put(web, `${container}/image`);
    expect(needsOf(action)).toEqual([]);
    expect(mayTouch(action)).toEqual([]);
    expect(inverseOf(action)).toBe("restore");
  });

  test("may cost capacity only where pods roll", () => {
    expect(transientBudgetOf(put(web, `${container}/image`), 3)).toBe(9);
    expect(transientBudgetOf(put(front, "/spec/selector/app"), 3)).toBe(0);
    expect(transientBudgetOf(put(settings, "/data/a"), 3)).toBe(0);
  });

  test("prints a line that a shell takes as it is meant, quotes and all", () => {
    const action: ActionOf<"patch"> = {
      type: "patch",
      target: settings,
      operations: [{ op: "replace", path: "/data/a", value: 'it\'s "$HOME" `id`\n' }],
    };
    expect(asKubectl(action)).toBe(
      String.raw`kubectl -n shop patch configmap/settings --type=json -p '[{"op":"replace","path":"/data/a","value":"it'\''s \"$HOME\" ` +
        "`id`" +
        String.raw`\n"}]'`,
    );
  });
});
