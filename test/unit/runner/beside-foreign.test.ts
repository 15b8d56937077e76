import { describe, expect, test } from "vitest";
import { normalise } from "../../../src/action/change.ts";
import type { Action } from "../../../src/action/action.ts";
import { systemClock } from "../../../src/clock.ts";
import { memoryCluster } from "../../../src/cluster/memory/memory.ts";
import { valueAt } from "../../../src/kubernetes/json.ts";
import type { Json, JsonObject, PatchOperation } from "../../../src/kubernetes/json.ts";
import { asJson } from "../../../src/kubernetes/object.ts";
import { defaultPolicy } from "../../../src/action/policy.ts";
import { beginTransaction } from "../../support/transaction.ts";

const web = { kind: "Deployment", namespace: "shop", name: "web" } as const;
const first = "/spec/template/spec/containers/0";

function deployment(container: JsonObject): JsonObject {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "shop" },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: "web" } },
      template: {
        metadata: { labels: { app: "web" } },
        spec: { containers: [{ name: "app", image: "registry.example/web:1", ...container }] },
      },
    },
  };
}

/** Stratus writes, somebody edits, Stratus undoes. */
async function undone(container: JsonObject, ours: readonly PatchOperation[], theirs: readonly PatchOperation[], mayStill = true) {
  let may = true;
  const cluster = memoryCluster({ clock: systemClock, namespaces: ["shop"], permits: ({ verb }) => may || verb !== "patch" });
  cluster.make(deployment(container));
  const operations = ours as Extract<Action, { type: "patch" }>["operations"];
  const actions: Action[] = [{ type: "patch", target: web, operations }];
  const transaction = beginTransaction({ cluster, policy: defaultPolicy, namespace: "shop", actions, pauseMs: 0 });
  expect(await transaction.act(0)).toBe(undefined);
  cluster.edit(web, theirs);
  may = mayStill;
  const { foreign, differences } = await transaction.undo();
  may = true;
  const found = await cluster.get(web);
  const object = found.ok && found.value !== undefined ? normalise(asJson(found.value)) : {};
  return { foreign, differences, container: valueAt(object, first) as Json };
}

const probe = { httpGet: { path: "/readyz", port: 8080 } };

describe("a change of ours and one of somebody else's that cannot stand beside each other", () => {
  test("a probe that we made and somebody adjusted stays whole, the image beside it comes back, and both are told", async () => {
    const { foreign, differences, container } = await undone(
      {},
      [
        { op: "replace", path: `${first}/image`, value: "registry.example/web:2" },
        { op: "add", path: `${first}/readinessProbe`, value: probe },
      ],
      [{ op: "replace", path: `${first}/readinessProbe/periodSeconds`, value: 3 }],
    );
    expect(container).toMatchObject({
      image: "registry.example/web:1",
      readinessProbe: { httpGet: { path: "/readyz" }, periodSeconds: 3 },
    });
    expect(differences).toEqual([]);
    expect(foreign).toEqual([
      "Deployment shop/web: spec.template.spec.containers[name=app].readinessProbe.periodSeconds was changed by somebody else meanwhile: left as it is.",
      "Deployment shop/web: spec.template.spec.containers[name=app].readinessProbe cannot be put back beside what somebody else has changed: left as it is.",
    ]);
  });

  test("a probe that we made another type, and somebody adjusted since, stays theirs", async () => {
    const { foreign, differences, container } = await undone(
      { readinessProbe: probe },
      [{ op: "replace", path: `${first}/readinessProbe`, value: { tcpSocket: { port: 8080 } } }],
      [{ op: "replace", path: `${first}/readinessProbe/tcpSocket/port`, value: 8081 }],
    );
    expect(valueAt(container, "/readinessProbe/httpGet")).toBe(undefined);
    expect(valueAt(container, "/readinessProbe/tcpSocket")).toEqual({ port: 8081 });
    expect(differences).toEqual([]);
    expect(foreign).toEqual([
      "Deployment shop/web: spec.template.spec.containers[name=app].readinessProbe.tcpSocket.port was changed by somebody else meanwhile: left as it is.",
      "Deployment shop/web: spec.template.spec.containers[name=app].readinessProbe.httpGet cannot be put back beside what somebody else has changed: left as it is.",
    ]);
  });

  test("changes that stand beside each other: ours goes, theirs stays", async () => {
    const { foreign, differences, container } = await undone(
      { env: [{ name: "CACHE", value: "on" }] },
      [{ op: "add", path: `${first}/env/-`, value: { name: "TRACE", value: "1" } }],
      [{ op: "replace", path: `${first}/env/0/value`, value: "off" }],
    );
    expect(valueAt(container, "/env")).toEqual([{ name: "CACHE", value: "off" }]);
    expect(differences).toEqual([]);
    expect(foreign).toEqual([
      "Deployment shop/web: spec.template.spec.containers[name=app].env[name=CACHE].value was changed by somebody else meanwhile: kept.",
    ]);
  });

  test("a refusal for another reason is no foreign change: nothing is called theirs", async () => {
    const { foreign, differences, container } = await undone(
      {},
      [{ op: "replace", path: `${first}/image`, value: "registry.example/web:2" }],
      [{ op: "add", path: "/metadata/labels", value: { team: "blue" } }],
      false,
    );
    expect(container).toMatchObject({ image: "registry.example/web:2" });
    expect(foreign).toEqual([]);
    expect(differences.join()).toContain("not permitted to patch Deployment in shop");
  });
});
