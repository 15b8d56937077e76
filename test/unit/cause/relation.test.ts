import { describe, expect, test } from "vitest";
import type { Evidence } from "../../../src/cause/cause.ts";
import { distances } from "../../../src/cause/relation.ts";
import type { KubernetesObject } from "../../../src/kubernetes/object.ts";
import { container, healthy, metadata, template, together } from "../../support/evidence.ts";

const about = (kind: string, name: string): Partial<Evidence> => ({ subject: { kind, namespace: "shop", name } });
const of = (kind: string, name: string) => ({ kind, namespace: "shop", name });
const object = (apiVersion: string, kind: string, name: string, spec: object = {}): KubernetesObject =>
  ({ apiVersion, kind, metadata: metadata(kind, name), spec }) as KubernetesObject;

describe("how far an object is from the subject", () => {
  test("an Ingress leads to its Services, and they to their workloads", () => {
    const rules = [{ http: { paths: [{ backend: { service: { name: "stock", port: { number: 80 } } } }] } }];
    const ingress = object("networking.k8s.io/v1", "Ingress", "web", { rules });
    const distanceOf = distances(together(healthy("stock"), healthy("other"), { listed: { Ingress: [ingress] } }, about("Ingress", "web")));
    expect([of("Ingress", "web"), of("Service", "stock"), of("Deployment", "stock"), of("Deployment", "other")].map(distanceOf)).toEqual([
      0,
      1,
      2,
      undefined,
    ]);
  });

  test("a name without an object of its kind means what is called so", () => {
    const cronJob = object("batch/v1", "CronJob", "nightly");
    const distanceOf = distances(together(healthy("stock"), { listed: { CronJob: [cronJob] } }, about("Job", "nightly")));
    expect([of("CronJob", "nightly"), of("Deployment", "stock")].map(distanceOf)).toEqual([0, undefined]);
  });

  test("the variables that the kubelet sets name a Service too", () => {
    const script = template("gateway", [container({ args: ["wget http://$STOCK_DB_SERVICE_HOST:80/"] })]);
    const distanceOf = distances(together(healthy("gateway", script), healthy("stock-db"), about("Deployment", "gateway")));
    expect([of("Service", "stock-db"), of("Deployment", "stock-db")].map(distanceOf)).toEqual([1, 2]);
  });

  test("a claim leads to the workload that uses it", () => {
    const web = template("web", [container()], { volumes: [{ name: "page", persistentVolumeClaim: { claimName: "page" } }] });
    const distanceOf = distances(together(healthy("web", web), about("PersistentVolumeClaim", "page")));
    expect(distanceOf(of("Deployment", "web"))).toBe(1);
  });

  test("an alert about a whole namespace or a node is about everything", () => {
    for (const kind of ["Namespace", "Node"])
      expect(distances(together(healthy("stock"), about(kind, "x")))(of("Deployment", "stock"))).toBe(0);
  });
});
