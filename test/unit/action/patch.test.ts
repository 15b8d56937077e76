import { describe, expect, test } from "vitest";
import { actionSchema } from "../../../src/action/action.ts";
import type { ActionOf, Target } from "../../../src/action/action.ts";
import { asKubectl, compileAction, inverseOf, mayTouch, needsOf, transientBudgetOf } from "../../../src/action/catalogue.ts";
import type { Json, PatchOperation } from "../../../src/kubernetes/json.ts";
import type { KubernetesObject } from "../../../src/kubernetes/object.ts";
import { agent, compiled, database, front, fullFront, fullSettings, fullWeb, nowMs, object, refusal, settings, web } from "./objects.ts";

const container = "/spec/template/spec/containers/0";
const put = (target: Target, ...paths: readonly string[]): ActionOf<"patch"> => ({
  type: "patch",
  target,
  operations: paths.map((path) => ({ op: "add", path, value: "x" })),
});

describe("patch changes what is on the list", () => {
  test.each<readonly [Target, KubernetesObject, string, Json]>([
    [web, fullWeb, `${container}/image`, "x"],
    [database, { ...fullWeb, kind: "StatefulSet" }, `${container}/env/0/value`, "x"],
    [agent, { ...fullWeb, kind: "DaemonSet" }, `${container}/env/-`, { name: "NEW", value: "1" }],
    [web, fullWeb, `${container}/env`, []],
    [web, fullWeb, `${container}/command`, "x"],
    [web, fullWeb, `${container}/args/1`, "x"],
    [web, fullWeb, `${container}/resources/limits/memory`, "x"],
    [web, fullWeb, `${container}/resources/limits/nvidia.com~1gpu`, "x"],
    [web, fullWeb, `${container}/readinessProbe/httpGet/port`, "x"],
    [web, fullWeb, `${container}/livenessProbe`, "x"],
    [web, fullWeb, `${container}/startupProbe/failureThreshold`, "x"],
    [web, fullWeb, "/spec/template/spec/nodeSelector/disk", "x"],
    [web, fullWeb, `${container}/envFrom`, [{ configMapRef: { name: "settings" } }]],
    [web, fullWeb, "/spec/template/spec/initContainers/0/image", "x"],
    [web, fullWeb, "/spec/template/spec/tolerations/-", { key: "team", operator: "Exists" }],
    [web, fullWeb, "/spec/template/spec/priorityClassName", "high"],
    [web, fullWeb, "/spec/paused", true],
    [front, fullFront, "/spec/selector/app", "x"],
    [front, fullFront, "/spec/selector", "x"],
    [front, fullFront, "/spec/ports/0/targetPort", "x"],
    [settings, fullSettings, "/data/key", "x"],
    [settings, fullSettings, "/data/a~1b", "x"],
    [settings, object(settings), "/data", { first: "1" }],
  ])("%j %s", (target, found, path, value) => {
    const action: ActionOf<"patch"> = { type: "patch", target, operations: [{ op: "add", path, value }] };
    expect(compiled(action, found)).toEqual([{ op: "add", path, value }]);
    expect(refusal(action, found)).toBe(undefined);
  });

  test("it is sent as a patch", () => {
    expect(compileAction(put(settings, "/data/key"), { object: fullSettings, related: [], nowMs })).toEqual({
      ok: true,
      value: { kind: "patch", operations: [{ op: "add", path: "/data/key", value: "x" }] },
    });
  });
});

const known = { Deployment: [web, fullWeb], Service: [front, fullFront], ConfigMap: [settings, fullSettings] } as const;

const removing = (path: string): ActionOf<"patch"> => ({ type: "patch", target: settings, operations: [{ op: "remove", path }] });

describe("patch cannot break out of the list", () => {
  test.each<readonly [keyof typeof known, string, string]>([
    ["Deployment", "/", ""],
    ["Deployment", "/spec", "spec"],
    ["Deployment", "/spec/template", "spec.template"],
    ["Deployment", "/spec/template/spec", "spec.template.spec"],
    ["Deployment", "/spec/template/spec/containers", "spec.template.spec.containers"],
    ["Deployment", container, "spec.template.spec.containers"],
    ["Deployment", "/spec/template/spec/containers/-", "spec.template.spec.containers"],
    ["Deployment", `${container}/Image`, "spec.template.spec.containers[name=app].Image"],
    ["Deployment", `${container}/env~1`, "spec.template.spec.containers[name=app].env/"],
    ["Deployment", `${container}/environment`, "spec.template.spec.containers[name=app].environment"],
    ["Deployment", `${container}/name`, "spec.template.spec.containers[name=x]"],
    ["Deployment", `${container}/ports/0/containerPort`, "spec.template.spec.containers[name=app].ports[containerPort=80]"],
    ["Deployment", `${container}/securityContext`, "spec.template.spec.containers[name=app].securityContext"],
    ["Deployment", `${container}/securityContext/privileged`, "spec.template.spec.containers[name=app].securityContext.privileged"],
    ["Deployment", `${container}/volumeMounts/0`, "spec.template.spec.containers[name=app].volumeMounts"],
    ["Deployment", `${container}/lifecycle/postStart`, "spec.template.spec.containers[name=app].lifecycle.postStart"],
    ["Deployment", "/spec/template/spec/securityContext/runAsUser", "spec.template.spec.securityContext.runAsUser"],
    ["Deployment", "/spec/template/spec/volumes/0/hostPath", "spec.template.spec.volumes[name=cache].hostPath"],
    ["Deployment", "/spec/template/spec/volumes/-", "spec.template.spec.volumes"],
    ["Deployment", "/spec/template/spec/serviceAccountName", "spec.template.spec.serviceAccountName"],
    ["Deployment", "/spec/template/spec/hostNetwork", "spec.template.spec.hostNetwork"],
    ["Deployment", "/spec/template/spec/hostPID", "spec.template.spec.hostPID"],
    ["Deployment", "/spec/template/spec/nodeName", "spec.template.spec.nodeName"],
    ["Deployment", "/spec/template/metadata/labels/app", "spec.template.metadata.labels.app"],
    ["Deployment", "/spec/template/metadata/annotations/a", "spec.template.metadata.annotations.a"],
    ["Deployment", "/spec/selector/matchLabels/app", "spec.selector.matchLabels.app"],
    ["Deployment", "/spec/replicas", "spec.replicas"],
    ["Deployment", "/spec/minReadySeconds", "spec.minReadySeconds"],
    ["Deployment", "/metadata/labels/app", "metadata.labels.app"],
    ["Deployment", "/metadata/finalizers", "metadata.finalizers"],
    ["Deployment", "/metadata/ownerReferences/0", "metadata.ownerReferences"],
    ["Deployment", "/kind", "kind"],
    ["Service", "/spec/ports", "spec.ports"],
    ["Service", "/spec/ports/0", "spec.ports"],
    ["Service", "/spec/ports/-", "spec.ports"],
    ["Service", "/spec/ports/0/port", "spec.ports[port=80]"],
    ["Service", "/spec/ports/0/nodePort", "spec.ports[port=80].nodePort"],
    ["Service", "/spec/type", "spec.type"],
    ["Service", "/spec/externalIPs", "spec.externalIPs"],
    ["Service", "/spec/externalName", "spec.externalName"],
    ["Service", "/spec/selector~1app", "spec.selector/app"],
    ["ConfigMap", "/data", "data"],
    ["ConfigMap", "/data/", "data."],
    ["ConfigMap", "/immutable", "immutable"],
  ])("%s %s", (kind, path, place) => {
    const [target, found] = known[kind];
    const { namespace, name } = target;
    expect(refusal(put(target, path), found)).toBe(`${place} of ${kind} ${namespace}/${name} is not on the list of writable fields`);
  });

  test.each<readonly [keyof typeof known, string, string]>([
    ["Deployment", "/metadata", "/metadata/uid"],
    ["Deployment", "/metadata/annotations/stratus.dev~1fence", "/metadata/annotations/stratus.dev~1fence"],
    ["Deployment", "/metadata/resourceVersion", "/metadata/resourceVersion"],
    ["Deployment", "/status/readyReplicas", "/status"],
  ])("%s %s, which the server sets and no change shows", (kind, path, place) => {
    const [target, found] = known[kind];
    expect(refusal(put(target, path), found)).toBe(`${place} of Deployment shop/web is never written`);
  });

  test.each<readonly [keyof typeof known, string]>([
    ["Deployment", "//"],
    ["Deployment", "/spec/template/spec/containers//image"],
    ["Deployment", "/spec/template/spec/containers/0~1image"],
    ["Deployment", "/spec~1template/spec/containers/0/image"],
    ["Deployment", `${container}/image/`],
    ["Deployment", `${container}/image/x`],
    ["Service", "/spec/ports//targetPort"],
    ["Service", "/spec/ports/0/targetPort/x"],
    ["Service", "/spec/ports/0~1targetPort"],
    ["ConfigMap", "/data/a/b"],
    ["ConfigMap", "/binaryData/key"],
    ["Service", "/spec/ports/9/targetPort"],
    ["Service", "/spec/ports/-/targetPort"],
    ["Service", "/spec/ports/00/targetPort"],
    ["Service", "/spec/ports/-1/targetPort"],
  ])("%s %s leads nowhere: the patch does not fit, whatever a server makes of it", (kind, path) => {
    const [target, found] = known[kind];
    const { namespace, name } = target;
    expect(refusal(put(target, path), found)).toBe(
      `the patch does not fit ${kind} ${namespace}/${name}: add operation does not apply: nothing at ${path}`,
    );
  });

  test("one path that is not on the list refuses the whole patch", () => {
    expect(refusal(put(front, "/spec/selector/app", "/spec/type"), fullFront)).toBe(
      "spec.type of Service shop/front is not on the list of writable fields",
    );
  });

  test("removing is held to the same list: all keys at once are more than one key", () => {
    expect(refusal(removing("/data"), fullSettings)).toBe("data of ConfigMap shop/settings is not on the list of writable fields");
    expect(refusal(removing("/data/LEVEL"), fullSettings)).toBe(undefined);
  });

  test.each<readonly [string, readonly PatchOperation[], string]>([
    ["its own precondition", [{ op: "remove", path: "/metadata/resourceVersion" }], "/metadata/resourceVersion"],
    ["the identity of the object", [{ op: "replace", path: "/metadata/uid", value: "another" }], "/metadata/uid"],
    ["who wrote what", [{ op: "add", path: "/metadata/managedFields", value: [{}] }], "/metadata/managedFields"],
    [
      "a revision",
      [{ op: "add", path: "/metadata/annotations/deployment.kubernetes.io~1revision", value: "9" }],
      "/metadata/annotations/deployment.kubernetes.io~1revision",
    ],
    ["our mark", [{ op: "add", path: "/metadata/annotations/stratus.dev~1write", value: "x" }], "/metadata/annotations/stratus.dev~1write"],
    ["a status", [{ op: "replace", path: "/status", value: {} }], "/status"],
    ["the metadata as a whole", [{ op: "replace", path: "/metadata", value: { name: "web", namespace: "shop" } }], "/metadata/uid"],
  ])("beside a change that may be made it cannot touch %s, which no change shows", (_what, operations, place) => {
    const image: PatchOperation = { op: "replace", path: `${container}/image`, value: "shop/web:2" };
    const action = { type: "patch", target: web, operations: [image, ...operations] } as ActionOf<"patch">;
    expect(compiled(action, fullWeb)).toBe(`${place} of Deployment shop/web is never written`);
  });

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
