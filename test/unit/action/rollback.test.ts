import { describe, expect, test } from "vitest";
import { asKubectl, inverseOf, mayTouch, needsOf, transientBudgetOf } from "../../../src/action/catalogue.ts";
import type { JsonObject } from "../../../src/kubernetes/json.ts";
import type { KubernetesObject } from "../../../src/kubernetes/object.ts";
import { agent, compiled, database, front, object, settings, template, web } from "./objects.ts";

const newest = { type: "rollback", target: web, toRevision: 0 } as const;
const owner = (uid: string, controller = true) => [{ apiVersion: "apps/v1", kind: "Deployment", name: "web", uid, controller }];

function replicaSet(revision: string | undefined, image: string, ownerUid = "uid-web"): KubernetesObject {
  return object(
    { kind: "ReplicaSet", name: `web-${revision}` },
    { spec: { template: template(image, { labels: { app: "web", "pod-template-hash": `hash-${revision}` } }) } },
    {
      ownerReferences: owner(ownerUid),
      ...(revision === undefined ? {} : { annotations: { "deployment.kubernetes.io/revision": revision } }),
    },
  );
}

function controllerRevision(revision: number, found: JsonObject): KubernetesObject {
  return object(
    { kind: "ControllerRevision", name: `db-${revision}` },
    { revision, data: { spec: { template: { $patch: "replace", ...found } } } },
    { ownerReferences: owner("uid-db") },
  );
}

const old = (image: string) => template(image, { creationTimestamp: null, labels: { app: "web" } });
const current = object(web, { spec: { template: template("shop/web:3") } });
const history = [replicaSet("1", "shop/web:1"), replicaSet("3", "shop/web:3"), replicaSet("2", "shop/web:2")];
const replaced = (image: string) => [{ op: "replace", path: "/spec/template", value: template(image) }];

describe("rollback of a Deployment", () => {
  test("to revision 0 takes the newest template that differs, without the ReplicaSet's own label", () => {
    expect(compiled(newest, current, history)).toEqual(replaced("shop/web:2"));
  });

  test("to a revision that is named", () => {
    expect(compiled({ ...newest, toRevision: 1 }, current, history)).toEqual(replaced("shop/web:1"));
  });

  test("to a revision that is missing, or is the current one, is refused", () => {
    expect(compiled({ ...newest, toRevision: 9 }, current, history)).toBe(
      "Deployment shop/web has no revision 9 that differs from the current one",
    );
    expect(compiled({ ...newest, toRevision: 3 }, current, history)).toBe(
      "Deployment shop/web has no revision 3 that differs from the current one",
    );
  });

  test("without a history is refused", () => {
    expect(compiled(newest, current, [])).toBe("Deployment shop/web has no earlier template that differs");
  });

  test("takes no other workload's ReplicaSet, even of the same name, and none without a revision", () => {
    const strangers = [
      replicaSet("2", "shop/web:2", "uid-of-an-earlier-web"),
      replicaSet(undefined, "shop/web:1"),
      replicaSet("x", "shop/web:1"),
    ];
    expect(compiled(newest, current, strangers)).toBe("Deployment shop/web has no earlier template that differs");
  });

  test("takes no ReplicaSet that it owns without controlling it", () => {
    const adopted = object(
      { kind: "ReplicaSet", name: "web-2" },
      { spec: { template: template("shop/web:2") } },
      {
        ownerReferences: owner("uid-web", false),
        annotations: { "deployment.kubernetes.io/revision": "2" },
      },
    );
    expect(compiled(newest, current, [adopted])).toBe("Deployment shop/web has no earlier template that differs");
  });

  test("is refused while it is paused", () => {
    const paused = object(web, { spec: { paused: true, template: template("shop/web:3") } });
    expect(compiled(newest, paused, history)).toBe("Deployment shop/web is paused: a new template would not roll out");
  });
});

describe("rollback of a StatefulSet or DaemonSet", () => {
  const second = object(database, { spec: { template: template("shop/db:2") } });
  const action = { ...newest, target: database };

  test("takes the template of a ControllerRevision, without the patch directive", () => {
    const revisions = [controllerRevision(1, template("shop/db:1")), controllerRevision(2, template("shop/db:2"))];
    expect(compiled(action, second, revisions)).toEqual(replaced("shop/db:1"));
  });

  test("a creationTimestamp that is null makes no difference: older API servers wrote it", () => {
    const revisions = [controllerRevision(1, old("shop/db:1")), controllerRevision(2, old("shop/db:2"))];
    expect(compiled(action, second, revisions)).toEqual(replaced("shop/db:1"));
    const served = object(database, { spec: { template: old("shop/db:2") } });
    expect(compiled(action, served, [controllerRevision(2, template("shop/db:2"))])).toBe(
      "StatefulSet shop/db has no earlier template that differs",
    );
  });

  test("a revision without a template is no candidate", () => {
    const empty = object({ kind: "ControllerRevision", name: "db-1" }, { revision: 1, data: {} }, { ownerReferences: owner("uid-db") });
    expect(compiled(action, second, [empty])).toBe("StatefulSet shop/db has no earlier template that differs");
  });
});

describe("rollback", () => {
  test("is refused where Kubernetes keeps no history", () => {
    expect(compiled({ ...newest, target: front }, object(front))).toBe("Service shop/front: a Service has no history");
    expect(compiled({ ...newest, target: settings }, object(settings))).toBe("ConfigMap shop/settings: a ConfigMap has no history");
  });

  test("says what it needs, touches, costs and how a person would type it", () => {
    expect(needsOf(newest)).toEqual(["ReplicaSet"]);
    expect(needsOf({ ...newest, target: database })).toEqual(["ControllerRevision"]);
    expect(needsOf({ ...newest, target: agent })).toEqual(["ControllerRevision"]);
    expect(mayTouch(newest)).toEqual(["/spec/template/**"]);
    expect(inverseOf(newest)).toBe("restore");
    expect(transientBudgetOf(newest, 4)).toBe(10);
    expect(asKubectl(newest)).toBe("kubectl -n shop rollout undo deployment/web");
    expect(asKubectl({ ...newest, toRevision: 2 })).toBe("kubectl -n shop rollout undo deployment/web --to-revision=2");
  });
});
